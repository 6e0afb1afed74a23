namespace Deterministic.Simulator.Workloads;

/// <summary>The shape of a record; its value is given to it when it is sent. Part of a <see cref="PlannedBatch"/>.</summary>
public sealed record PlannedRecord
{
    /// <summary>Which key of its partition; null: no key.</summary>
    public int? Key { get; init; }

    /// <summary>Bytes of its value beyond what tells who wrote it; null: no value at all, a tombstone.</summary>
    public int? ValueBytes { get; init; } = 0;

    /// <summary>Further headers.</summary>
    public int Headers { get; init; }

    /// <summary>Added to the client's wall clock, in milliseconds.</summary>
    public long TimestampOffsetMs { get; init; }

    /// <summary>Whether the bytes look random, so that no codec makes them smaller.</summary>
    public bool IsIncompressible { get; init; }
}
