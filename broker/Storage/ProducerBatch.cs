using Deterministic.Protocol.Records;

namespace Deterministic.Storage;

/// <summary>One batch in a producer's window.</summary>
internal readonly record struct ProducerBatch(int LastSequence, long LastOffset, int OffsetDelta, long Timestamp)
{
    internal static readonly ProducerBatch None = new(-1, -1, 0, -1);

    internal int FirstSequence => LastSequence < 0 ? -1 : RecordBatchHeader.SequenceAfter(LastSequence, -OffsetDelta);

    internal long FirstOffset => LastOffset - OffsetDelta;
}
