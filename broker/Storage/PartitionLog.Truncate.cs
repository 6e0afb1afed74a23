using Deterministic.Kernel;

namespace Deterministic.Storage;

/// <content>Cutting at both ends.</content>
public sealed partial class PartitionLog
{
    /// <summary>
    /// Drops every batch that reaches to or beyond <paramref name="offset"/>. The log end becomes the end of what is left,
    /// which is below the offset when that lay inside a batch. False when the log directory failed.
    /// </summary>
    public bool TruncateTo(long offset)
    {
        CheckOwner();
        if (IsOffline || offset >= LogEndOffset)
        {
            return !IsOffline;
        }

        if (offset <= LogStartOffset)
        {
            Mark.Hit("log.truncated-whole");
            return TruncateFullyAndStartAt(offset);
        }

        Mark.Hit("log.truncated");
        return Attempt("truncate", () => Truncate(offset));
    }

    /// <summary>Drops everything and continues at an offset.</summary>
    public bool TruncateFullyAndStartAt(long offset)
    {
        CheckOwner();
        return !IsOffline && Attempt("truncate", () => StartAnewAt(offset));
    }

    /// <summary>Moves the log start up (DeleteRecords, KIP-107): records below are no longer served; segments wholly below go.</summary>
    /// <returns>False when <paramref name="offset"/> is above the high watermark or the log is offline; nothing changed then.</returns>
    public bool DeleteRecordsBefore(long offset)
    {
        CheckOwner();
        if (IsOffline || offset > HighWatermark)
        {
            return false;
        }

        if (offset <= LogStartOffset)
        {
            return true;
        }

        Mark.Hit("log.start-moved");
        return Attempt("delete records", () =>
        {
            MoveLogStart(offset);
            RemoveHeadWhile(static (_, segment, next, log) => next is not null && next.BaseOffset <= log.LogStartOffset);
        });
    }

    private void Truncate(long offset)
    {
        WriteAppended();
        _flushIsStale = true;
        while (_segments[^1].BaseOffset >= offset)
        {
            DeleteLater(_segments[^1]);
            _segments.RemoveAt(_segments.Count - 1);
        }

        var active = Active;
        active.LoadIndexes();
        if (active.FindBatch(offset, active.SizeBytes) is { } first)
        {
            active.CutTo(first.Position, first.BaseOffset);
        }

        // The log start may lie inside the batch that went; offsets below it are never given out again.
        SetEndAfterCut(Math.Max(LastOffsetIn(active) + 1, Math.Min(LogStartOffset, offset)));
        if (_epochs.TruncateFromEnd(LogEndOffset))
        {
            _epochs.Write();
        }

        active.File.Flush();
        _disk.SyncDirectory(Path);
        new LogRecovery(this).RebuildProducers(LogEndOffset);
    }

    private void StartAnewAt(long offset)
    {
        _appended.Clear();
        _appendedBytes = 0;
        _flushIsStale = true;
        foreach (var segment in _segments)
        {
            DeleteLater(segment);
        }

        _segments.Clear();
        _sealed.Clear();
        _sealedFiles.Clear();
        AddSegment(offset);
        LogStartOffset = offset;
        SetEndAfterCut(offset);
        _producers.Clear(offset);
        _epochs.Clear();
        _epochs.Write();
    }

    private void SetEndAfterCut(long endOffset)
    {
        LogEndOffset = endOffset;
        WrittenEndOffset = endOffset;
        DurableEndOffset = Math.Min(DurableEndOffset, endOffset);
        RecoveryPoint = Math.Min(RecoveryPoint, endOffset);
        HighWatermark = Math.Min(HighWatermark, endOffset);
    }

    private long LastOffsetIn(LogSegment segment)
    {
        var last = segment.BaseOffset - 1;
        var from = segment.Offsets.Count == 0 ? 0 : segment.Offsets.EntryAt(segment.Offsets.Count - 1).Position;
        var cursor = new BatchCursor(segment.File, from, segment.SizeBytes, _group.ScanWindow);
        while (cursor.MoveNext())
        {
            last = cursor.Header.LastOffset;
        }

        return last;
    }

    private void MoveLogStart(long offset)
    {
        LogStartOffset = offset;
        if (_epochs.TruncateFromStart(offset))
        {
            _epochs.Write();
        }
    }

    /// <summary>Takes segments off the head, never the active one, as long as the condition holds; returns how many.</summary>
    private int RemoveHeadWhile(Func<long, LogSegment, LogSegment?, PartitionLog, bool> mayGo)
    {
        var removed = 0;
        while (_segments.Count > 1 && mayGo(SizeBytes, _segments[0], _segments[1], this))
        {
            DeleteLater(_segments[0]);
            _segments.RemoveAt(0);
            removed++;
        }

        if (removed > 0 && _segments[0].BaseOffset > LogStartOffset)
        {
            MoveLogStart(_segments[0].BaseOffset);
        }

        return removed;
    }

    /// <summary>Renames the segment's files to .deleted at once and deletes them after file.delete.delay.ms.</summary>
    private void DeleteLater(LogSegment segment, bool keepsSnapshot = false)
    {
        _sealed.RemoveAll(s => ReferenceEquals(s, segment) && ForgetUnflushed(s));
        var deleted = new List<string>();
        foreach (var path in segment.Paths())
        {
            if (_disk.FileExists(path) && !(keepsSnapshot && path.EndsWith(StoragePaths.SnapshotSuffix, StringComparison.Ordinal)))
            {
                _disk.Rename(path, path + StoragePaths.DeletedSuffix);
                deleted.Add(path + StoragePaths.DeletedSuffix);
            }
        }

        segment.Close();
        _group.Shard.Timers.Schedule(
            _group.Shard.MonotonicMs + Config.FileDeleteDelayMs, static s => ((DeletedFiles)s!).Delete(), new DeletedFiles(_group, deleted));
    }

    private bool ForgetUnflushed(LogSegment segment)
    {
        Mark.Hit("log.unflushed-segment-deleted");
        var paths = new List<string>(segment.Paths());
        _sealedFiles.RemoveAll(file => paths.Contains(file.Path));
        segment.RemoveReader();
        return true;
    }

    private bool Attempt(string doing, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Mark.Hit("log.operation-failed");
            Fail(doing, e);
        }

        return !IsOffline;
    }
}
