namespace Deterministic.Simulator.Workloads;

/// <summary>How a client produces; part of a <see cref="PlannedClient"/>.</summary>
public sealed record PlannedProducer
{
    /// <summary>Whether it numbers its batches, so that retries are recognized. Acks is -1 then.</summary>
    public bool IsIdempotent { get; init; } = true;

    /// <summary>-1, 1 or 0.</summary>
    public short Acks { get; init; } = -1;

    /// <summary>Produce requests under way on one connection, 1 to 5.</summary>
    public int InFlightMax { get; init; } = 5;

    /// <summary>After which it gives a batch up, in milliseconds.</summary>
    public int DeliveryTimeoutMs { get; init; } = 10_000;

    /// <summary>Whether it raises its epoch by itself when it must, as newer clients do, or asks for a new producer id.</summary>
    public bool RaisesEpoch { get; init; } = true;

    /// <summary>Sequence of its first batch under a new producer id; near the largest number, so that it wraps.</summary>
    public int FirstSequence { get; init; }

    /// <summary>Whether it sends each request a second time over another connection, as one does whose answer was lost: nothing may come of it.</summary>
    public bool AsksTwice { get; init; }
}
