using Deterministic.Protocol.Compression;

namespace Deterministic.Protocol.Records;

/// <summary>The configs of a topic that decide which batches a leader takes and how it stores them.</summary>
public readonly record struct BatchRules()
{
    /// <summary><c>max.message.bytes</c>: of a whole batch, its first 12 bytes included.</summary>
    public int MaxMessageBytes { get; init; } = 1024 * 1024 + RecordBatchHeader.LogOverheadBytes;

    /// <summary><c>compression.type</c> with its level; null for <c>producer</c>, which keeps what came.</summary>
    public CompressionSetting? Compression { get; init; }

    /// <summary><c>message.timestamp.type</c>: whether the append time replaces the times of the records.</summary>
    public bool IsLogAppendTime { get; init; }

    /// <summary><c>message.timestamp.before.max.ms</c>.</summary>
    public long TimestampBeforeMaxMs { get; init; } = long.MaxValue;

    /// <summary><c>message.timestamp.after.max.ms</c>.</summary>
    public long TimestampAfterMaxMs { get; init; } = 3_600_000;

    /// <summary>Whether <c>cleanup.policy</c> has <c>compact</c>, so that every record needs a key.</summary>
    public bool IsCompacted { get; init; }
}
