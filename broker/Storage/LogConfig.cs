namespace Deterministic.Storage;

/// <summary>The settings of one log, named after Kafka's topic configs. Immutable; the owner replaces it whole.</summary>
public sealed record LogConfig
{
    /// <summary>The settings Kafka has by default, with durability on disk.</summary>
    public static readonly LogConfig Default = new();

    /// <summary>segment.bytes.</summary>
    public int SegmentBytes { get; init; } = 1024 * 1024 * 1024;

    /// <summary>segment.ms.</summary>
    public long SegmentMs { get; init; } = 7L * 24 * 60 * 60 * 1000;

    /// <summary>segment.jitter.ms.</summary>
    public long SegmentJitterMs { get; init; }

    /// <summary>segment.index.bytes: how large an offset or time index may grow before the segment is rolled.</summary>
    public int SegmentIndexBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>index.interval.bytes.</summary>
    public int IndexIntervalBytes { get; init; } = 4096;

    /// <summary>retention.ms; -1 for no limit.</summary>
    public long RetentionMs { get; init; } = 7L * 24 * 60 * 60 * 1000;

    /// <summary>retention.bytes; -1 for no limit.</summary>
    public long RetentionBytes { get; init; } = -1;

    /// <summary>max.message.bytes: the largest batch, its first 12 bytes included.</summary>
    public int MaxMessageBytes { get; init; } = 1048588;

    /// <summary>flush.messages: with durability memory, flush after so many records.</summary>
    public long FlushMessages { get; init; } = long.MaxValue;

    /// <summary>flush.ms: with durability memory, flush when the oldest unflushed record has waited so long.</summary>
    public long FlushMs { get; init; } = long.MaxValue;

    /// <summary>cleanup.policy contains delete.</summary>
    public bool IsDelete { get; init; } = true;

    /// <summary>cleanup.policy contains compact.</summary>
    public bool IsCompact { get; init; }

    /// <summary>delete.retention.ms: how long tombstones and markers stay after their first cleaning.</summary>
    public long DeleteRetentionMs { get; init; } = 24L * 60 * 60 * 1000;

    /// <summary>min.compaction.lag.ms.</summary>
    public long MinCompactionLagMs { get; init; }

    /// <summary>max.compaction.lag.ms.</summary>
    public long MaxCompactionLagMs { get; init; } = long.MaxValue;

    /// <summary>When the active segment is rolled: a compacted log must not keep records from the cleaner longer than max.compaction.lag.ms.</summary>
    internal long RollMs => IsCompact ? Math.Min(SegmentMs, Math.Max(1, MaxCompactionLagMs)) : SegmentMs;

    /// <summary>min.cleanable.dirty.ratio.</summary>
    public double MinCleanableDirtyRatio { get; init; } = 0.5;

    /// <summary>file.delete.delay.ms.</summary>
    public long FileDeleteDelayMs { get; init; } = 60_000;

    /// <summary>message.timestamp.type is LogAppendTime.</summary>
    public bool IsLogAppendTime { get; init; }

    /// <summary>producer.id.expiration.ms.</summary>
    public int ProducerIdExpirationMs { get; init; } = 86_400_000;

    /// <summary>When an append counts as stored.</summary>
    public Durability Durability { get; init; } = Durability.Disk;
}
