using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Storage;

/// <content>Rolling and flushing: one flush round at a time, which covers every file that was written since the last.</content>
public sealed partial class PartitionLog
{
    private static readonly FlushCompletion s_onFlushed = static (state, error) => ((PartitionLog)state!).OnFlushed(error);

    private readonly List<LogSegment> _sealed = [];
    private readonly List<IFile> _sealedFiles = [];
    private readonly List<LogSegment> _flushingSegments = [];
    private readonly List<IFile> _flushingFiles = [];
    private int _flushesOutstanding;
    private long _flushTarget;
    private bool _flushIsStale;
    private long _flushBegan;
    private long _unflushedSinceMs = -1;

    /// <summary>Whether a flush round is under way.</summary>
    internal bool IsFlushing => _flushesOutstanding > 0;

    /// <summary>With durability memory: starts a flush when flush.messages or flush.ms asks for it. The owner calls it now and then.</summary>
    public void MaybeFlush(long nowMs)
    {
        CheckOwner();
        if (IsOffline || WrittenEndOffset <= RecoveryPoint || IsFlushing)
        {
            return;
        }

        if (_unflushedSinceMs < 0)
        {
            _unflushedSinceMs = nowMs;
        }

        if (WrittenEndOffset - RecoveryPoint >= Config.FlushMessages || nowMs - _unflushedSinceMs >= Config.FlushMs)
        {
            Mark.Hit("log.flush-by-config");
            StartFlush();
        }
    }

    /// <summary>After the write of a run: makes it durable, as the config asks.</summary>
    internal void Commit()
    {
        if (IsOffline || _isClosed)
        {
            return;
        }

        if (Config.Durability == Durability.Memory)
        {
            if (_sealed.Count > 0 && !IsFlushing)
            {
                StartFlush();
            }

            MoveDurableEnd(WrittenEndOffset);
        }
        else if (!IsFlushing && WrittenEndOffset > DurableEndOffset)
        {
            StartFlush();
        }
    }

    private bool TryRoll(long baseOffset)
    {
        try
        {
            Roll(baseOffset);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Mark.Hit("log.roll-failed");
            Fail("roll", e);
        }

        return !IsOffline;
    }

    private void Roll(long baseOffset)
    {
        WriteAppended();
        if (IsOffline || (Active.SizeBytes == 0 && Active.BaseOffset == baseOffset))
        {
            return;
        }

        var old = Active;
        Seal(old);
        if (Config.Durability == Durability.Disk)
        {
            // The next segment's name must not become durable before this one's records: a crash between would leave a hole.
            old.File.Flush();
        }

        var snapshotPath = DiskPath.Join(Path, StoragePaths.FileName(baseOffset, StoragePaths.SnapshotSuffix));
        _sealedFiles.Add(ProducerSnapshotFile.Write(_disk, snapshotPath, _producers));
        AddSegment(baseOffset);

        // An empty one at the head of a copy says where the log starts, when compaction has removed what began there.
        if (old.SizeBytes == 0 && (old.BaseOffset == baseOffset || !ReferenceEquals(old, _segments[0])))
        {
            Mark.Hit("log.empty-segment-replaced");
            _segments.Remove(old);
            DeleteLater(old);
        }
    }

    private void Seal(LogSegment segment)
    {
        var indexes = new List<IFile>();
        segment.WriteIndexes(indexes);
        segment.Offsets.File.LeaveMemory();
        segment.Times.File.LeaveMemory();
        _sealedFiles.AddRange(indexes);
        _sealedFiles.Add(segment.File);
        segment.AddReader();
        _sealed.Add(segment);
    }

    private void AddSegment(long baseOffset)
    {
        var segment = new LogSegment(_disk, Path, baseOffset, NowMs);
        segment.StartEmpty();
        segment.File.SetLength(0);
        _disk.SyncDirectory(Path);
        _segments.Add(segment);
    }

    private void StartFlush()
    {
        _flushTarget = WrittenEndOffset;
        _flushIsStale = false;
        _flushBegan = _group.Shard.Clock.GetTimestamp();
        _unflushedSinceMs = -1;
        _flushingSegments.AddRange(_sealed);
        _flushingFiles.AddRange(_sealedFiles);
        _sealed.Clear();
        _sealedFiles.Clear();
        if (_flushTarget > Active.BaseOffset)
        {
            Active.AddReader();
            _flushingSegments.Add(Active);
            _flushingFiles.Add(Active.File);
        }

        _flushesOutstanding = _flushingFiles.Count;
        var started = 0;
        try
        {
            for (; started < _flushingFiles.Count; started++)
            {
                _flushingFiles[started].BeginFlush(s_onFlushed, this);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _flushesOutstanding -= _flushingFiles.Count - started;
            Mark.Hit("log.flush-not-begun");
            Fail("flush", e);
        }
    }

    private void OnFlushed(IOException? error)
    {
        Check.That(_flushesOutstanding > 0, $"{TopicPartition}: a flush completed that was not begun");
        _flushesOutstanding--;
        if (error is not null)
        {
            Mark.Hit("log.flush-failed");
            Fail("flush", error);
        }

        if (_flushesOutstanding > 0)
        {
            return;
        }

        EndFlushRound();
        _group.FlushTime.Record((long)_group.Shard.Clock.GetElapsedTime(_flushBegan).TotalMicroseconds, _group.Shard.MonotonicMs);
        if (IsOffline || _isClosed)
        {
            Mark.Hit("log.flushed-after-its-end");
            return;
        }

        if (!_flushIsStale)
        {
            RecoveryPoint = Math.Max(RecoveryPoint, _flushTarget);
            MoveDurableEnd(_flushTarget);
        }
        else
        {
            Mark.Hit("log.flush-of-what-was-cut");
        }

        if (!IsOffline && !_isClosed && !IsFlushing && Config.Durability == Durability.Disk && WrittenEndOffset > DurableEndOffset)
        {
            StartFlush();
        }
    }

    private void EndFlushRound()
    {
        foreach (var segment in _flushingSegments)
        {
            segment.RemoveReader();
        }

        foreach (var file in _flushingFiles)
        {
            CloseUnlessKept(file);
        }

        _flushingSegments.Clear();
        _flushingFiles.Clear();
    }

    /// <summary>Segments and indexes close their own files; those of producer snapshots and transaction indexes are ours.</summary>
    private static void CloseUnlessKept(IFile file)
    {
        if (file.Path.EndsWith(StoragePaths.SnapshotSuffix, StringComparison.Ordinal)
            || file.Path.EndsWith(StoragePaths.TransactionIndexSuffix, StringComparison.Ordinal))
        {
            file.Dispose();
        }
    }

    private void MoveDurableEnd(long durableEndOffset)
    {
        if (durableEndOffset > DurableEndOffset)
        {
            DurableEndOffset = durableEndOffset;
            Listener.OnDurable(this, durableEndOffset);
        }
    }

    private void Fail(string doing, Exception error)
    {
        _group.Log.Error($"{TopicPartition}: {doing} failed in {Path}; log directory {_group.Directory.Path} goes offline and stays so: {error.Message}");
        _group.Fail(error as IOException ?? new IOException(error.Message, error));
    }
}
