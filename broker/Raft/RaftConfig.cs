using System.Collections.Immutable;
using Deterministic.Protocol;

namespace Deterministic.Raft;

/// <summary>What the quorum must know of its node. Immutable; made at start.</summary>
public sealed record RaftConfig
{
    /// <summary><c>node.id</c>.</summary>
    public required int NodeId { get; init; }

    /// <summary>The id of the metadata log directory, from its <c>meta.properties</c>.</summary>
    public required Uuid DirectoryId { get; init; }

    /// <summary>The directory of <c>__cluster_metadata-0</c>.</summary>
    public required string Directory { get; init; }

    /// <summary>Where this controller listens.</summary>
    public required ImmutableArray<VoterEndpoint> Endpoints { get; init; }

    /// <summary>The node ids of <c>controller.quorum.voters</c>; empty when it is not set.</summary>
    public ImmutableArray<int> StaticVoters { get; init; } = [];

    /// <summary><c>metadata.log.max.record.bytes.between.snapshots</c>.</summary>
    public long MaxRecordBytesBetweenSnapshots { get; init; } = 20 * 1024 * 1024;

    /// <summary><c>metadata.log.max.snapshot.interval.ms</c>; 0 for never.</summary>
    public long MaxSnapshotIntervalMs { get; init; } = 3_600_000;

    /// <summary><c>metadata.max.retention.bytes</c>; -1 for no limit.</summary>
    public long MaxRetentionBytes { get; init; } = 100 * 1024 * 1024;

    /// <summary><c>metadata.max.retention.ms</c>; -1 for no limit.</summary>
    public long MaxRetentionMs { get; init; } = 7L * 24 * 3_600_000;
}
