using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Wire;

namespace Deterministic.Storage;

/// <content>Reading.</content>
public sealed partial class PartitionLog
{
    /// <summary>
    /// Finds whole batches from the one that contains <paramref name="startOffset"/> on, all below
    /// <paramref name="upToOffset"/> (exclusive), at most <paramref name="maxBytes"/>; the first one even if it is larger,
    /// when <paramref name="minOneBatch"/>. One segment at a time. Call <see cref="LogRead.Release"/> when the bytes were sent.
    /// </summary>
    public LogRead Read(long startOffset, int maxBytes, long upToOffset, bool minOneBatch, bool withAborted = false)
    {
        CheckOwner();
        if (IsOffline)
        {
            return LogRead.Failed(ErrorCode.KafkaStorageError);
        }

        if (startOffset < LogStartOffset || startOffset > LogEndOffset)
        {
            return LogRead.Failed(ErrorCode.OffsetOutOfRange);
        }

        var end = Math.Min(upToOffset, WrittenEndOffset);
        if (startOffset >= end || maxBytes < 0)
        {
            return LogRead.Empty(withAborted);
        }

        try
        {
            return ReadSegments(startOffset, maxBytes, end, minOneBatch, withAborted);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Mark.Hit("log.read-failed");
            Fail("read", e);
            return LogRead.Failed(ErrorCode.KafkaStorageError);
        }
    }

    /// <summary>
    /// The bytes that <see cref="Read"/> would hand out, in memory, for those who load an internal topic. Returns how many
    /// there are; 0 at the end, -1 when the offset is out of range, the log offline or the first batch larger than the buffer.
    /// </summary>
    public int ReadInto(Span<byte> buffer, long startOffset, long upToOffset)
    {
        var read = Read(startOffset, buffer.Length, upToOffset, minOneBatch: true);
        if (read.Error != ErrorCode.None)
        {
            return -1;
        }

        try
        {
            return read.IsEmpty ? 0
                : read.Range.SizeBytes > buffer.Length ? -1
                : read.Range.File.Read(read.Range.Position, buffer[..read.Range.SizeBytes]);
        }
        finally
        {
            read.Release();
        }
    }

    private LogRead ReadSegments(long startOffset, int maxBytes, long end, bool minOneBatch, bool withAborted)
    {
        for (var i = Math.Max(0, SegmentIndexFor(startOffset)); i < _segments.Count; i++)
        {
            var segment = _segments[i];
            var fileEnd = WrittenBytesOf(segment);
            if (segment.BaseOffset >= end)
            {
                break;
            }

            if (segment.FindBatch(startOffset, fileEnd) is { } first)
            {
                return first.LastOffset < end
                    ? HandOut(i, first, startOffset, maxBytes, end, minOneBatch, withAborted)
                    : LogRead.Empty(withAborted);
            }
        }

        return LogRead.Empty(withAborted);
    }

    private LogRead HandOut(
        int index, in BatchPlace first, long startOffset, int maxBytes, long end, bool minOneBatch, bool withAborted)
    {
        var segment = _segments[index];
        var limit = EndPositionBelow(index, end);
        var endPosition = first.EndPosition;
        if (first.SizeBytes > maxBytes)
        {
            Mark.Hit("fetch.batch-larger-than-asked");
            if (!minOneBatch)
            {
                return LogRead.Empty(withAborted);
            }
        }
        else
        {
            endPosition = limit - first.Position <= maxBytes
                ? limit
                : segment.LastBatchEnd(first.Position, first.Position + maxBytes);
        }

        segment.AddReader();
        return new LogRead(
            ErrorCode.None,
            new FileRange(segment.File, first.Position, endPosition - first.Position),
            first.BaseOffset,
            withAborted ? AbortedWithin(index, startOffset, endPosition < limit ? segment.BaseOffsetAt(endPosition) : end) : null)
        {
            Segment = segment,
        };
    }

    /// <summary>Where the batches end whose last offset is below <paramref name="end"/>.</summary>
    private int EndPositionBelow(int index, long end)
    {
        var segment = _segments[index];
        var fileEnd = WrittenBytesOf(segment);
        var segmentEndOffset = index + 1 < _segments.Count ? _segments[index + 1].BaseOffset : WrittenEndOffset;
        return end >= segmentEndOffset || segment.FindBatch(end, fileEnd) is not { } beyond ? fileEnd : beyond.Position;
    }

    private int WrittenBytesOf(LogSegment segment) =>
        ReferenceEquals(segment, Active) ? (int)(segment.SizeBytes - _appendedBytes) : segment.SizeBytes;

    /// <summary>Those that overlap the offsets read, by first offset: clients take them in that order (the indexes have them by marker).</summary>
    private List<AbortedTransaction> AbortedWithin(int index, long startOffset, long upTo)
    {
        var result = OverlappingAborted(index, startOffset, upTo);
        result.Sort(static (a, b) => a.FirstOffset.CompareTo(b.FirstOffset));
        return result;
    }

    private List<AbortedTransaction> OverlappingAborted(int index, long startOffset, long upTo)
    {
        var result = new List<AbortedTransaction>();
        for (var i = index; i < _segments.Count; i++)
        {
            foreach (var entry in _segments[i].Transactions.Entries)
            {
                if (entry.LastOffset >= startOffset && entry.FirstOffset < upTo)
                {
                    result.Add(entry);
                }

                if (entry.LastStableOffset >= upTo)
                {
                    return result;
                }
            }
        }

        return result;
    }
}
