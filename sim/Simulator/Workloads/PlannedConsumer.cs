namespace Deterministic.Simulator.Workloads;

/// <summary>How a client consumes; part of a <see cref="PlannedClient"/>.</summary>
public sealed record PlannedConsumer
{
    /// <summary>Whether it uses fetch sessions (KIP-227).</summary>
    public bool UsesSessions { get; init; } = true;

    /// <summary>Whether it sees no records of open or aborted transactions.</summary>
    public bool ReadsCommitted { get; init; } = true;

    /// <summary>How long a broker may hold a fetch, in milliseconds.</summary>
    public int MaxWaitMs { get; init; } = 200;

    /// <summary>How many bytes are enough for an answer.</summary>
    public int MinBytes { get; init; } = 1;

    /// <summary>Bytes of one answer.</summary>
    public int MaxBytes { get; init; } = 1024 * 1024;

    /// <summary>Bytes of one partition in an answer.</summary>
    public int PartitionMaxBytes { get; init; } = 256 * 1024;

    /// <summary>Where it goes on when its position is not in the log: the end instead of the start.</summary>
    public bool ResetsToLatest { get; init; }
}
