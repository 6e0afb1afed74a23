using Deterministic.Protocol;
using Deterministic.Protocol.Records;

namespace Deterministic.Server.Replication;

/// <summary>What became of an append as leader: an answer at once (an error), or offsets that are still to be committed.</summary>
public readonly record struct PartitionAppend(ErrorCode Error, string? Message)
{
    /// <summary>Offset of the first record; -1 on error.</summary>
    public long BaseOffset { get; init; } = -1;

    /// <summary>Offset of the last record; -1 on error.</summary>
    public long LastOffset { get; init; } = -1;

    /// <summary>The append time of a topic with LogAppendTime, else -1.</summary>
    public long LogAppendTimeMs { get; init; } = -1;

    /// <summary>The log start offset of the partition; -1 where it is not known.</summary>
    public long LogStartOffset { get; init; } = -1;

    /// <summary>The records that were at fault (KIP-467); null for none.</summary>
    public IReadOnlyList<BatchRecordError>? RecordErrors { get; init; }

    /// <summary>Leader and leader epoch to tell a client that asked the wrong node or epoch; -1 for nothing to tell.</summary>
    public int CurrentLeaderId { get; init; } = -1;

    /// <summary>See <see cref="CurrentLeaderId"/>.</summary>
    public int CurrentLeaderEpoch { get; init; } = -1;
}
