using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Protocol.Records;

namespace Deterministic.Storage;

/// <content>What <see cref="LogRecovery"/> sets.</content>
public sealed partial class PartitionLog
{
    internal string? ReadEpochs() => _epochs.Read();

    internal void AdoptSegments(List<LogSegment> segments, long endOffset, long startOffset)
    {
        if (segments.Count > 0 && endOffset < startOffset)
        {
            Mark.Hit("recovery.log-ends-below-its-start");
            _group.Log.Warning($"{TopicPartition}: the log ends at {endOffset}, below its log start {startOffset}; it continues empty from there");
            foreach (var segment in segments)
            {
                DeleteLater(segment);
            }

            segments.Clear();
        }

        _segments.AddRange(segments);
        LogStartOffset = startOffset;
        LogEndOffset = segments.Count == 0 ? startOffset : endOffset;
        if (_segments.Count == 0)
        {
            AddSegment(startOffset);
        }
    }

    internal static void SealRebuilt(LogSegment segment)
    {
        var written = new List<IFile>();
        segment.WriteIndexes(written);
        foreach (var file in written)
        {
            file.Flush();
            CloseUnlessKept(file);
        }

        segment.Offsets.File.LeaveMemory();
        segment.Times.File.LeaveMemory();
    }

    /// <summary>
    /// A loss of power may bring back segments that retention had removed, when the epochs had been cut already: they get theirs again.
    /// </summary>
    internal void RestoreEarlierEpochs()
    {
        if (_epochs.Entries.Count == 0 || _epochs.Entries[0].StartOffset <= LogStartOffset)
        {
            return;
        }

        Mark.Hit("recovery.earlier-epochs-restored");
        EpochStart[] known = [.. _epochs.Entries];
        _epochs.Clear();
        foreach (var segment in _segments.Where(segment => segment.BaseOffset < known[0].StartOffset))
        {
            var cursor = new BatchCursor(segment.File, 0, segment.SizeBytes, _group.ScanWindow);
            while (cursor.MoveNext() && cursor.Header.BaseOffset < known[0].StartOffset)
            {
                _epochs.Assign(cursor.Header.PartitionLeaderEpoch, cursor.Header.BaseOffset);
            }
        }

        foreach (var entry in known)
        {
            _epochs.Assign(entry.Epoch, entry.StartOffset);
        }

        _epochs.CheckOrder();
        _epochs.Write();
    }

    /// <summary>Notes the epochs of all batches from the segment of an offset on, and forgets those beyond the end.</summary>
    internal void RebuildEpochs(long fromOffset)
    {
        // The epoch of an empty log's start stands for the records that were removed: whoever read them asks where it ends.
        var changed = _epochs.TruncateFromEnd(LogEndOffset > 0 && LogStartOffset == LogEndOffset ? LogEndOffset + 1 : LogEndOffset);
        for (var i = Math.Max(0, SegmentIndexFor(fromOffset)); i < _segments.Count; i++)
        {
            var cursor = new BatchCursor(_segments[i].File, 0, _segments[i].SizeBytes, _group.ScanWindow);
            while (cursor.MoveNext())
            {
                changed |= _epochs.Assign(cursor.Header.PartitionLeaderEpoch, cursor.Header.BaseOffset);
            }
        }

        changed |= _epochs.TruncateFromStart(LogStartOffset);
        _epochs.CheckOrder();
        if (changed)
        {
            Mark.Hit("recovery.epochs-changed");
            _epochs.Write();
        }
    }

    /// <summary>Takes every batch from an offset on into the producer state; segments that were rebuilt get their transaction index too.</summary>
    internal void ReplayProducers(long fromOffset)
    {
        for (var i = Math.Max(0, SegmentIndexFor(fromOffset)); i < _segments.Count; i++)
        {
            var segment = _segments[i];
            var cursor = new BatchCursor(
                segment.File, segment.Offsets.PositionAtOrBefore(fromOffset), segment.SizeBytes, _group.ScanWindow);
            while (cursor.MoveNext())
            {
                if (cursor.Header.BaseOffset >= fromOffset)
                {
                    ReplayStored(ref cursor, segment);
                }
            }
        }
    }

    /// <summary>The last step of a start: what was rebuilt is made durable, and the sealed segments go out of memory.</summary>
    /// <param name="flush">Whether what was found may not be durable.</param>
    /// <param name="durableTo">The offset up to which a flush had succeeded.</param>
    internal void FinishLoading(bool flush, long durableTo)
    {
        Active.LoadIndexes();
        for (var i = 0; i < _segments.Count - 1; i++)
        {
            if (_segments[i].IsRebuilt)
            {
                SealRebuilt(_segments[i]);
            }
        }

        foreach (var segment in _segments)
        {
            if (segment.IsRebuilt && flush)
            {
                WriteAgain(segment, durableTo);
                segment.File.Flush();
            }

            segment.IsRebuilt = false;
            segment.CloseIdleFiles();
        }

        if (flush)
        {
            _disk.SyncDirectory(Path);
        }
    }

    /// <summary>
    /// Writes what the file holds behind an offset over itself. A flush that failed in an earlier life may have left pages that
    /// read well, count as clean and never reached the device: only bytes that are written again are flushed again.
    /// </summary>
    private void WriteAgain(LogSegment segment, long fromOffset)
    {
        var window = _group.ScanWindow;
        var position = segment.Offsets.PositionAtOrBefore(fromOffset);
        while (position < segment.SizeBytes)
        {
            var part = window.AsSpan(0, Math.Min(window.Length, segment.SizeBytes - position));
            Check.That(segment.File.Read(position, part) == part.Length, $"{segment.LogPath} became shorter than {segment.SizeBytes} bytes while it was loaded");
            segment.File.Write(position, part);
            position += part.Length;
        }
    }

    private void ReplayStored(ref BatchCursor cursor, LogSegment segment)
    {
        var header = cursor.Header;
        if (!header.HasProducerId)
        {
            return;
        }

        var bytes = header.Attributes.IsControl ? cursor.Peek(ControlRecord.BytesMax) : [];
        Replay(new RecordBatchHeader(bytes.IsEmpty ? cursor.Peek(RecordBatchHeader.SizeBytes) : bytes), bytes, segment.IsRebuilt ? segment : null);
    }
}
