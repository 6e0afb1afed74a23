namespace Deterministic.Simulator.Workloads;

/// <summary>A topic that clients create and use; part of a <see cref="Workload"/>.</summary>
public sealed record PlannedTopic
{
    /// <summary>Its name, unique in the workload.</summary>
    public required string Name { get; init; }

    /// <summary>How many partitions it is created with.</summary>
    public int Partitions { get; init; } = 1;

    /// <summary>How many replicas it is created with.</summary>
    public short ReplicationFactor { get; init; } = 1;

    /// <summary>What it is configured with.</summary>
    public SortedDictionary<string, string> Configs { get; init; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Whether it is deleted, and maybe created again, in the run. Then its logs have its id in the history, and what clients do who
    /// know it by name alone is not in there: nobody can say which log it concerns.
    /// </summary>
    public bool MayBeDeleted { get; init; }

    /// <summary>Whether old records go by time, size or key: then not everything that was acknowledged is there at the end.</summary>
    public bool LosesRecords => IsCompacted || IsLimited("retention.ms") || IsLimited("retention.bytes");

    /// <summary>Whether it is compacted.</summary>
    public bool IsCompacted =>
        Configs.TryGetValue("cleanup.policy", out var policy) && policy.Contains("compact", StringComparison.Ordinal);

    private bool IsLimited(string config) => Configs.TryGetValue(config, out var limit) && limit != "-1";
}
