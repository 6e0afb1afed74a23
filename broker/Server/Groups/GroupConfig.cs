namespace Deterministic.Server.Groups;

/// <summary>What the classic group protocol may be told; the defaults are Kafka's. Read-only, lives as long as the coordinator.</summary>
public sealed record GroupConfig
{
    /// <summary><c>group.initial.rebalance.delay.ms</c>: how long an empty group waits for more members before its first rebalance.</summary>
    public int InitialRebalanceDelayMs { get; init; } = 3000;

    /// <summary><c>group.min.session.timeout.ms</c></summary>
    public int MinSessionTimeoutMs { get; init; } = 6000;

    /// <summary><c>group.max.session.timeout.ms</c></summary>
    public int MaxSessionTimeoutMs { get; init; } = 1_800_000;

    /// <summary><c>group.max.size</c>: members of one group.</summary>
    public int MaxSize { get; init; } = int.MaxValue;

    /// <summary><c>offset.metadata.max.bytes</c>: length of the metadata of a committed offset; Kafka counts UTF-16 code units.</summary>
    public int OffsetMetadataMaxBytes { get; init; } = 4096;

    /// <summary><c>offsets.retention.minutes</c></summary>
    public int OffsetsRetentionMinutes { get; init; } = 7 * 24 * 60;

    /// <summary><c>offsets.retention.check.interval.ms</c></summary>
    public long OffsetsRetentionCheckIntervalMs { get; init; } = 600_000;

    /// <summary>Milliseconds of <see cref="OffsetsRetentionMinutes"/>.</summary>
    public long OffsetsRetentionMs => OffsetsRetentionMinutes * 60_000L;
}
