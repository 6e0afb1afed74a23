using Deterministic.Protocol.Records;
using Deterministic.Storage;

namespace Deterministic.Server.Replication;

/// <summary>What the configuration of a topic means for its partitions. Immutable; replaced whole when the image changes it.</summary>
public sealed record PartitionSettings
{
    /// <summary>For the log.</summary>
    public required LogConfig Log { get; init; }

    /// <summary>For produced batches.</summary>
    public required BatchRules Batches { get; init; }

    /// <summary><c>min.insync.replicas</c>.</summary>
    public int MinInsyncReplicas { get; init; } = 1;
}
