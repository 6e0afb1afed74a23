using Deterministic.Protocol;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups;

/// <summary>
/// A committed offset of one group and partition. <paramref name="ExpireTimestampMs"/> is -1 unless the client named a
/// retention (OffsetCommit v2 to v4). <paramref name="LogOffset"/> is where the record stands in the log: it decides
/// which of two commits is the later one when one of them waited for the end of its transaction.
/// </summary>
public readonly record struct CommittedOffset(
    long Offset,
    int LeaderEpoch,
    Text Metadata,
    long CommitTimestampMs,
    long ExpireTimestampMs,
    Uuid TopicId,
    long LogOffset = -1);
