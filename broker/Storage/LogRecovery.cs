using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Storage;

/// <summary>
/// Brings a log from what the disk holds to a state that can be appended to: leftovers of renames finished or undone, the
/// torn tail cut, indexes, leader epochs and producers rebuilt where they are missing or cannot be trusted. Lives for one start.
/// </summary>
internal sealed class LogRecovery(PartitionLog log)
{
    private readonly IDisk _disk = log.Group.Disk;
    private readonly IStorageLog _report = log.Group.Log;

    /// <summary>Segments whose batches were read by this start; their epochs are noted anew.</summary>
    private bool _wasCut;

    internal void Run(in LogStart start)
    {
        new LeftoverFiles(_disk, log.Path, _report).Clear();
        var segments = LoadSegments();
        var recoverFrom = FirstToScan(segments, start);
        var end = Load(segments, recoverFrom, start);
        if (recoverFrom is > 0 and < int.MaxValue && end < start.RecoveryPoint)
        {
            Mark.Hit("recovery.every-segment-checked");
            _report.Warning($"{log.Path}: the log ends at offset {end}, its recovery point is {start.RecoveryPoint}: every segment is checked");
            _wasCut = false;
            end = Load(segments, 0, start);
        }

        Finish(segments, end, start);
    }

    private long Load(List<LogSegment> segments, int recoverFrom, in LogStart start)
    {
        long end = 0;
        for (var i = 0; i < segments.Count; i++)
        {
            var isLast = i == segments.Count - 1;
            end = i >= recoverFrom ? Scan(segments[i], start) : AdoptSealed(segments[i], isLast, end);
            if (i >= recoverFrom && HasLostItsTail(segments, i, end, start.RecoveryPoint))
            {
                Mark.Hit("recovery.tail-lost-before-a-roll");
                _report.Warning($"{segments[i].LogPath}: ends at offset {end}, the segment behind it is empty and begins at {segments[i + 1].BaseOffset}: what was never flushed is lost");
                _wasCut = true;
            }

            if (_wasCut)
            {
                DropBehind(segments, i);
            }
        }

        return end;
    }

    /// <summary>
    /// Whether records that were never flushed (log.durability=memory) went with the power, while the names of the empty segments that
    /// followed them survived. The log ends before them: nobody could ever read up to an end that lies behind a hole. Compaction
    /// leaves such holes too, of offsets that were used.
    /// </summary>
    private bool HasLostItsTail(List<LogSegment> segments, int index, long end, long recoveryPoint) =>
        !log.Config.IsCompact && index < segments.Count - 1 && segments[index + 1].BaseOffset > Math.Max(end, recoveryPoint)
        && segments.TrueForAll(segment => segment.BaseOffset <= segments[index].BaseOffset || segment.SizeBytes == 0);

    /// <summary>
    /// Fills the producer state from the newest good snapshot below everything that was rebuilt, and the batches behind it:
    /// the transaction indexes of rebuilt segments come from the same replay.
    /// </summary>
    internal void RebuildProducers(long endOffset)
    {
        var from = log.Segments[0].BaseOffset;
        var trusted = FirstRebuiltOffset(endOffset);
        log.Producers.Clear(from);
        foreach (var (offset, path) in SnapshotsFromNewest())
        {
            if (offset > endOffset)
            {
                Mark.Hit("recovery.snapshot-beyond-the-end");
                _disk.DeleteFile(path);
            }
            else if (offset > trusted)
            {
                Mark.Hit("recovery.snapshot-behind-what-was-rebuilt");
                continue;
            }
            else if (ProducerSnapshotFile.TryRead(_disk, path, log.Producers, offset, log.Group.Shard.WallClockMs))
            {
                Mark.Hit("recovery.producers-from-snapshot");
                from = offset;
                break;
            }
            else
            {
                Mark.Hit("recovery.snapshot-damaged");
                _report.Warning($"{path} is damaged and not used");
                log.Producers.Clear(from);
            }
        }

        log.ReplayProducers(from);
        log.Producers.EndOffset = endOffset;
        log.Producers.CheckOpenTransactions();
    }

    private long FirstRebuiltOffset(long endOffset)
    {
        foreach (var segment in log.Segments)
        {
            if (segment.IsRebuilt)
            {
                return segment.BaseOffset;
            }
        }

        return endOffset;
    }

    private List<LogSegment> LoadSegments()
    {
        var segments = new List<LogSegment>();
        foreach (var name in _disk.ListFiles(log.Path))
        {
            if (StoragePaths.TryParseOffset(name, StoragePaths.LogSuffix, out var baseOffset))
            {
                var segment = new LogSegment(_disk, log.Path, baseOffset, log.Group.Shard.WallClockMs);
                var length = segment.File.Length;
                if (length > int.MaxValue)
                {
                    throw new InvalidDataException($"{segment.LogPath} has {length} bytes; a segment has at most {int.MaxValue}");
                }

                segment.AdoptSize((int)length);
                segments.Add(segment);
            }
        }

        return segments;
    }

    /// <summary>
    /// After an unclean stop: the segment that holds the recovery point, and at least the last one. A segment that ends at the
    /// recovery point was flushed before it was sealed, its indexes perhaps not: it is read too. A recovery point that turns out
    /// to lie beyond the end says nothing of this log: then nothing is taken on trust.
    /// </summary>
    private static int FirstToScan(List<LogSegment> segments, in LogStart start)
    {
        if (start.HadCleanShutdown || segments.Count == 0)
        {
            return int.MaxValue;
        }

        var recoveryPoint = start.RecoveryPoint;
        var containing = segments.FindLastIndex(s => s.BaseOffset < recoveryPoint);
        return Math.Max(0, containing);
    }

    private long Scan(LogSegment segment, in LogStart start)
    {
        var scan = new SegmentScan(log, segment);
        var end = scan.Rebuild();
        if (scan.BytesCut > 0)
        {
            Mark.Hit("recovery.tail-cut");
            _wasCut = true;
            ReportCut(segment, scan, end, start.RecoveryPoint);
        }

        return end;
    }

    private void ReportCut(LogSegment segment, SegmentScan scan, long end, long recoveryPoint)
    {
        var text = $"{segment.LogPath}: cut {scan.BytesCut} bytes at position {segment.SizeBytes}, the log now ends at offset {end}: {scan.Problem}";
        if (end < recoveryPoint || scan.SavedAs is not null)
        {
            Mark.Hit("recovery.stored-records-cut");
            _report.Error($"{text}; records that had been stored may be among them (recovery point {recoveryPoint}); the bytes were kept as {scan.SavedAs}");
        }
        else
        {
            _report.Warning($"{text}; a write that was under way when the node stopped");
        }
    }

    /// <summary>A segment that was complete at a clean stop, or lies below the recovery point.</summary>
    private long AdoptSealed(LogSegment segment, bool isLast, long endBefore)
    {
        if (!HasSaneIndexes(segment))
        {
            Mark.Hit("recovery.index-rebuilt");
            _report.Warning($"{segment.LogPath}: an index is missing or damaged and is rebuilt");
            return Scan(segment, new LogStart(true, long.MaxValue, 0, 0));
        }

        return isLast ? AdoptActive(segment) : endBefore;
    }

    private long AdoptActive(LogSegment segment)
    {
        segment.LoadIndexes();
        var scan = new SegmentScan(log, segment);
        var end = scan.VerifyTail();
        if (scan.BytesCut > 0)
        {
            Mark.Hit("recovery.tail-cut-after-clean-stop");
            _wasCut = true;
            ReportCut(segment, scan, end, end);
        }

        return end;
    }

    private bool HasSaneIndexes(LogSegment segment)
    {
        if (!IsSane(segment.Offsets.File) || !IsSane(segment.Times.File) || !segment.Transactions.IsSane())
        {
            return false;
        }

        if (segment.Offsets.Count > 0)
        {
            var (offset, position) = segment.Offsets.EntryAt(segment.Offsets.Count - 1);
            if (offset < segment.BaseOffset || position < 0 || position >= segment.SizeBytes || segment.BaseOffsetAt(position) > offset)
            {
                return false;
            }
        }

        var time = segment.Times.Last;
        return segment.SizeBytes == 0 || (segment.Times.Count > 0 && time.Offset >= segment.BaseOffset)
            || segment.FirstBatchTimestamp < 0;
    }

    private bool IsSane(IndexFile index)
    {
        if (!_disk.FileExists(index.Path))
        {
            return false;
        }

        using var file = _disk.Open(index.Path, FileOpening.ReadOnly);
        return file.Length % index.EntryBytes == 0;
    }

    private void DropBehind(List<LogSegment> segments, int index)
    {
        for (var i = segments.Count - 1; i > index; i--)
        {
            var dropped = segments[i];
            Mark.Hit("recovery.segment-behind-a-cut");
            var isKept = dropped.SizeBytes > 0;
            if (isKept)
            {
                _report.Error($"{dropped.LogPath}: lies behind a cut; kept as {dropped.LogPath}{StoragePaths.CutSuffix} and no longer part of the log");
            }

            dropped.Close();
            foreach (var path in dropped.Paths())
            {
                if (isKept && path.Equals(dropped.LogPath, StringComparison.Ordinal))
                {
                    _disk.Rename(path, path + StoragePaths.CutSuffix);
                }
                else
                {
                    _disk.DeleteFile(path);
                }
            }

            segments.RemoveAt(i);
        }
    }

    private void Finish(List<LogSegment> segments, long end, in LogStart start)
    {
        var startOffset = Math.Max(start.LogStartOffset, segments.Count == 0 ? 0 : segments[0].BaseOffset);
        log.AdoptSegments(segments, end, startOffset);
        LoadEpochs(start);
        RebuildProducers(log.LogEndOffset);
        log.FinishLoading(flush: !start.HadCleanShutdown || _wasCut, DurableTo(end, start));
    }

    /// <summary>Up to where a flush is known to have succeeded: a recovery point beyond the end says nothing of this log.</summary>
    private static long DurableTo(long end, in LogStart start) =>
        start.HadCleanShutdown ? long.MaxValue : end < start.RecoveryPoint ? 0 : start.RecoveryPoint;

    private void LoadEpochs(in LogStart start)
    {
        if (log.ReadEpochs() is { } problem)
        {
            if (log.LogEndOffset > log.Segments[0].BaseOffset)
            {
                _report.Warning($"{problem}; leader epochs are rebuilt from the records");
            }

            Mark.Hit("recovery.epochs-rebuilt");
            log.RebuildEpochs(log.Segments[0].BaseOffset);
        }
        else if (!start.HadCleanShutdown || _wasCut)
        {
            log.RestoreEarlierEpochs();
            log.RebuildEpochs(Math.Min(start.RecoveryPoint, log.Active.BaseOffset));
        }
    }

    private List<(long Offset, string Path)> SnapshotsFromNewest()
    {
        var snapshots = new List<(long Offset, string Path)>();
        foreach (var name in _disk.ListFiles(log.Path))
        {
            if (StoragePaths.TryParseOffset(name, StoragePaths.SnapshotSuffix, out var offset))
            {
                snapshots.Add((offset, DiskPath.Join(log.Path, name)));
            }
        }

        snapshots.Reverse();
        return snapshots;
    }
}
