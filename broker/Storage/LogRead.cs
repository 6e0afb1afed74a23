using Deterministic.Protocol;
using Deterministic.Protocol.Wire;

namespace Deterministic.Storage;

/// <summary>
/// What a read found: whole batches as part of a segment file. Until <see cref="Release"/> is called, on the log's shard and
/// exactly once for a read without error, the file stays open even if the segment is deleted meanwhile.
/// </summary>
/// <param name="Error">None, OffsetOutOfRange or KafkaStorageError.</param>
/// <param name="Range">The bytes; empty when there is nothing to read yet.</param>
/// <param name="FirstBatchOffset">Base offset of the first batch, which contains the asked offset or is the next behind it; -1 when empty.</param>
/// <param name="AbortedTransactions">For read_committed: aborted transactions that overlap the range; null when not asked for.</param>
public readonly record struct LogRead(
    ErrorCode Error,
    FileRange Range,
    long FirstBatchOffset,
    IReadOnlyList<AbortedTransaction>? AbortedTransactions)
{
    internal LogSegment? Segment { get; init; }

    /// <summary>Whether there are no bytes.</summary>
    public bool IsEmpty => Range.SizeBytes == 0;

    /// <summary>Lets the file go. On the log's shard.</summary>
    public void Release() => Segment?.RemoveReader();

    internal static LogRead Failed(ErrorCode error) => new(error, default, -1, null);

    internal static LogRead Empty(bool wantsAborted) => new(ErrorCode.None, default, -1, wantsAborted ? [] : null);
}
