namespace Deterministic.Simulator.Workloads;

/// <summary>A topic that clients create and use; part of a <see cref="Workload"/>.</summary>
public sealed record PlannedTopic
{
    /// <summary>Its name, unique in the workload.</summary>
    public required string Name { get; init; }

    /// <summary>How many partitions it is created with.</summary>
    public int Partitions { get; init; } = 1;

    /// <summary>How many it may be given in the run.</summary>
    public int PartitionsMax { get; init; } = 1;

    /// <summary>How many replicas it is created with.</summary>
    public short ReplicationFactor { get; init; } = 1;

    /// <summary>What it is configured with.</summary>
    public SortedDictionary<string, string> Configs { get; init; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Whether it is deleted, and maybe created again, in the run. Then its logs have its id in the history, and what clients do who
    /// know it by name alone is not in there: nobody can say which log it concerns.
    /// </summary>
    public bool MayBeDeleted { get; init; }

    /// <summary>Whether somebody deletes its records up to an offset in the run. Never of a topic that may be deleted.</summary>
    public bool MayBeTrimmed { get; init; }

    /// <summary>How its configuration may change in the run.</summary>
    public IReadOnlyList<PlannedSetting> Alterations { get; init; } = [];

    /// <summary>Whether old records go by time, size, key or on request: then not everything that was acknowledged is there at the end.</summary>
    public bool LosesRecords => MayBeTrimmed || IsCompacted || IsLimited("retention.ms") || IsLimited("retention.bytes");

    /// <summary>Whether it is compacted, at least for a while.</summary>
    public bool IsCompacted => ValuesOf("cleanup.policy").Any(policy => policy.Contains("compact", StringComparison.Ordinal));

    private bool IsLimited(string config) => ValuesOf(config).Any(limit => limit != "-1");

    private IEnumerable<string> ValuesOf(string key)
    {
        if (Configs.TryGetValue(key, out var value))
        {
            yield return value;
        }

        foreach (var alteration in Alterations)
        {
            if (alteration.Key == key)
            {
                // Taken out, the broker's default limits it.
                yield return alteration.Value ?? "default";
            }
        }
    }
}
