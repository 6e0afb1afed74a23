using Deterministic.Kernel;
using Deterministic.Protocol.Records;

namespace Deterministic.Storage;

/// <content>Finding offsets by time (KIP-79, KIP-734).</content>
public sealed partial class PartitionLog
{
    /// <summary>The first record, from the log start on and below <paramref name="upToOffset"/>, whose timestamp is at least the given one; null when there is none.</summary>
    public TimestampOffset? FindOffsetByTimestamp(long timestamp, long upToOffset)
    {
        CheckOwner();
        TimestampOffset? found = null;
        if (!IsOffline)
        {
            Attempt("find a timestamp", () => found = SearchByTime(timestamp, Math.Min(upToOffset, WrittenEndOffset)));
        }

        return found;
    }

    /// <summary>The record with the latest timestamp, the earliest of them if there are several; null when there is none.</summary>
    public TimestampOffset? FindMaxTimestamp(long upToOffset)
    {
        CheckOwner();
        TimestampOffset? found = null;
        if (!IsOffline)
        {
            Attempt("find the latest timestamp", () => found = SearchLatest(Math.Min(upToOffset, WrittenEndOffset)));
        }

        return found;
    }

    private TimestampOffset? SearchLatest(long end)
    {
        var latest = long.MinValue;
        foreach (var segment in _segments)
        {
            if (segment.SizeBytes > 0 && segment.BaseOffset < end)
            {
                latest = Math.Max(latest, segment.MaxTimestamp);
            }
        }

        return latest < 0 ? null : SearchByTime(latest, end);
    }

    private TimestampOffset? SearchByTime(long timestamp, long end)
    {
        foreach (var segment in _segments)
        {
            if (segment.BaseOffset < end && segment.MaxTimestamp >= timestamp
                && SearchSegment(segment, timestamp, end) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private TimestampOffset? SearchSegment(LogSegment segment, long timestamp, long end)
    {
        var from = Math.Max(segment.Times.OffsetBefore(timestamp), LogStartOffset);
        var cursor = new BatchCursor(
            segment.File, segment.Offsets.PositionAtOrBefore(from), WrittenBytesOf(segment), _group.ScanWindow);
        while (cursor.MoveNext() && cursor.Header.BaseOffset < end)
        {
            var header = cursor.Header;
            if (header.MaxTimestamp >= timestamp && header.LastOffset >= from)
            {
                var batch = new BatchPlace(
                    header.BaseOffset, header.LastOffset, (int)cursor.Position, (int)header.TotalBytes, header.MaxTimestamp);
                if (SearchBatch(segment, batch, timestamp) is { } found)
                {
                    return found;
                }
            }
        }

        return null;
    }

    /// <summary>The first record of a batch, from the log start on, that is not earlier than the timestamp.</summary>
    private TimestampOffset? SearchBatch(LogSegment segment, in BatchPlace place, long timestamp)
    {
        var buffer = _group.Shard.Buffers.Rent(place.SizeBytes);
        try
        {
            var bytes = buffer.Memory.Span[..place.SizeBytes];
            segment.File.Read(place.Position, bytes);
            using var opened = OpenedBatch.Open(new RecordBatchView(bytes), _group.Codecs);
            var header = opened.Batch.Header;
            foreach (var record in opened.Records)
            {
                var time = header.Attributes.IsLogAppendTime ? header.MaxTimestamp : header.BaseTimestamp + record.TimestampDelta;
                var offset = header.BaseOffset + record.OffsetDelta;
                if (time >= timestamp && offset >= LogStartOffset)
                {
                    return new TimestampOffset(time, offset, header.PartitionLeaderEpoch);
                }
            }
        }
        catch (InvalidRecordException e)
        {
            Mark.Hit("timestamps.batch-unreadable");
            _group.Log.Warning($"{TopicPartition}: the batch at offset {place.BaseOffset} cannot be opened to look for a time: {e.Message}");
            return new TimestampOffset(place.MaxTimestamp, place.BaseOffset, -1);
        }
        finally
        {
            buffer.Release();
        }

        return null;
    }
}
