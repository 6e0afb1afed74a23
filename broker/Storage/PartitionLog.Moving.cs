using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Protocol;
using Deterministic.Protocol.Records;

namespace Deterministic.Storage;

/// <content>
/// A move to another log directory: there the future replica, a log of its own in <c>NAME-P.UNIQUE-future</c>, takes over batch
/// by batch what the current one holds, and at the end its place.
/// </content>
public sealed partial class PartitionLog
{
    /// <summary>Opens the future replica in a directory of that name, making it when absent. As <see cref="Open"/> otherwise.</summary>
    public static PartitionLog OpenFuture(
        GroupCommit group, string name, TopicPartition topicPartition, Uuid topicId, LogConfig config, ILogListener listener)
    {
        ArgumentNullException.ThrowIfNull(group);
        if (group.IsOffline)
        {
            throw new IOException($"Log directory {group.Directory.Path} is offline: {group.Failure!.Message}");
        }

        var path = DiskPath.Join(group.Directory.Path, name);
        var start = group.Disk.DirectoryExists(path) ? LogStart.Of(group.Directory, topicPartition) : LogStart.New;
        return OpenAt(group, path, topicPartition, topicId, config, listener, start);
    }

    /// <summary>
    /// Takes over whole batches of the current replica, one behind the other; the bytes must stay until the end of the run. False when
    /// they are damaged, so that they cannot be what was appended there, or when a directory failed.
    /// </summary>
    public bool AppendCopied(ReadOnlyMemory<byte> batches)
    {
        while (!batches.IsEmpty)
        {
            if (batches.Length < RecordBatchHeader.SizeBytes
                || new RecordBatchHeader(batches.Span) is var header && (header.TotalBytes < RecordBatchHeader.SizeBytes || header.TotalBytes > batches.Length))
            {
                Mark.Hit("move.batch-cut");
                return false;
            }

            var batch = batches[..(int)header.TotalBytes];
            if (header.BaseOffset < LogEndOffset || !new RecordBatchView(batch.Span).IsCrcValid)
            {
                Mark.Hit("move.batch-damaged");
                return false;
            }

            if (AppendAsFollower(batch).Error != ErrorCode.None)
            {
                return false;
            }

            batches = batches[batch.Length..];
        }

        return true;
    }

    /// <summary>Writes what was appended in this run already, so that it can be copied. False when the log directory failed.</summary>
    public bool WriteNow()
    {
        CheckOwner();
        WriteAppended();
        return !IsOffline;
    }

    /// <summary>Begins to make durable what is not yet, unless that is under way.</summary>
    public void FlushSoon()
    {
        CheckOwner();
        if (!IsOffline && !IsFlushing && WrittenEndOffset > RecoveryPoint)
        {
            StartFlush();
        }
    }

    /// <summary>
    /// Moves the log end to where the current replica's is, over offsets that compaction left no batch of. False when the log directory failed.
    /// </summary>
    public bool SkipTo(long offset)
    {
        CheckOwner();
        Check.That(offset >= LogEndOffset, $"{TopicPartition}: the log ends at {LogEndOffset}, behind {offset}");
        return !IsOffline && Attempt("move", () =>
        {
            Mark.Hit("move.over-a-hole");
            Roll(offset);
            LogEndOffset = offset;
            WrittenEndOffset = offset;
            _producers.EndOffset = offset;
            _group.Schedule(this);
        });
    }

    /// <summary>
    /// At the end of the current replica: makes this log all that the other is (producers, leader epochs, log start, how far it was
    /// cleaned), durably: a start that finds it in the other's place finds the same. False when the log directory failed.
    /// </summary>
    public bool BecomeEqual(PartitionLog current)
    {
        ArgumentNullException.ThrowIfNull(current);
        CheckOwner();
        Check.That(
            current.LogEndOffset == LogEndOffset && current.WrittenEndOffset == LogEndOffset,
            $"{TopicPartition}: the future replica ends at {LogEndOffset}, the current one at {current.LogEndOffset}, of which {current.WrittenEndOffset} is written");
        return !IsOffline && Attempt("move", () =>
        {
            WriteAppended();
            TakeStateOf(current);
            _epochs.Adopt(current._epochs.Entries);
            _epochs.Write();
            BeginWithSnapshot();
            RemoveSnapshotsBefore(LogEndOffset);
            FlushAll();
        });
    }

    /// <summary>Takes the producers as the current replica knows them: of some every batch may be gone, and retries come all the same.</summary>
    public void TakeStateOf(PartitionLog current)
    {
        ArgumentNullException.ThrowIfNull(current);
        CheckOwner();
        Check.That(current.LogEndOffset == LogEndOffset, $"{TopicPartition}: producers of offset {current.LogEndOffset} for a log that ends at {LogEndOffset}");
        _producers.Adopt(current._producers);
        CleanedUpTo = Math.Clamp(current.CleanedUpTo, LogStartOffset, LogEndOffset);
        FollowLogStart(current);
    }

    /// <summary>The log start and the high watermark follow those of the current replica, as far as this log goes.</summary>
    public void FollowLogStart(PartitionLog current)
    {
        ArgumentNullException.ThrowIfNull(current);
        if (!IsOffline)
        {
            SetHighWatermark(Math.Max(HighWatermark, Math.Min(current.HighWatermark, LogEndOffset)));
            DeleteRecordsBefore(Math.Min(current.LogStartOffset, HighWatermark));
        }
    }

    /// <summary>
    /// Closes the future replica and opens it again under the partition's own name: from then on it is the current one. Throws
    /// <see cref="IOException"/> when the log directory failed.
    /// </summary>
    public PartitionLog Promote(ILogListener listener)
    {
        CheckOwner();
        var start = new LogStart(true, LogEndOffset, LogStartOffset, HighWatermark) { CleanedUpTo = CleanedUpTo };
        var path = _group.Directory.PathOf(TopicPartition);
        PartitionLog? promoted = null;
        if (Close(clean: true))
        {
            Attempt("move", () =>
            {
                _disk.Rename(Path, path);
                _disk.SyncDirectory(_group.Directory.Path);
                promoted = OpenAt(_group, path, TopicPartition, TopicId, Config, listener, start);
            });
        }

        return promoted ?? throw new IOException($"Log directory {_group.Directory.Path} is offline: {_group.Failure?.Message}");
    }

    private void BeginWithSnapshot()
    {
        if (Active.SizeBytes > 0 || Active.BaseOffset != LogEndOffset)
        {
            Roll(LogEndOffset);
            return;
        }

        var path = DiskPath.Join(Path, StoragePaths.FileName(LogEndOffset, StoragePaths.SnapshotSuffix));
        _sealedFiles.Add(ProducerSnapshotFile.Write(_disk, path, _producers));
    }

    /// <summary>Those that were taken on the way know nothing of the batches that compaction had removed before they could be copied.</summary>
    private void RemoveSnapshotsBefore(long offset)
    {
        foreach (var name in _disk.ListFiles(Path))
        {
            if (StoragePaths.TryParseOffset(name, StoragePaths.SnapshotSuffix, out var taken) && taken < offset)
            {
                _disk.DeleteFile(DiskPath.Join(Path, name));
            }
        }
    }

    private void FlushAll()
    {
        foreach (var file in _flushingFiles)
        {
            file.Flush();
        }

        foreach (var file in _sealedFiles)
        {
            file.Flush();
        }

        Active.File.Flush();
        _disk.SyncDirectory(Path);
        RecoveryPoint = WrittenEndOffset;
        DurableEndOffset = WrittenEndOffset;
    }
}
