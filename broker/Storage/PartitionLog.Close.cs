using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Storage;

/// <content>The end of a log.</content>
public sealed partial class PartitionLog
{
    /// <summary>
    /// Closes all files. Cleanly: everything is written, flushed and trimmed, with a producer snapshot at the log end, so that
    /// the next start, ours or Kafka's, need not recover. False when that failed: then no clean-shutdown marker may be written.
    /// </summary>
    public bool Close(bool clean)
    {
        CheckOwner();
        if (clean && !IsOffline)
        {
            Attempt("close", CloseCleanly);
        }

        _isClosed = true;
        _appended.Clear();
        _group.Remove(this);
        foreach (var segment in _segments)
        {
            segment.Close();
        }

        foreach (var segment in _sealed)
        {
            segment.RemoveReader();
        }

        foreach (var file in _sealedFiles)
        {
            CloseUnlessKept(file);
        }

        _sealed.Clear();
        _sealedFiles.Clear();
        return clean && !IsOffline;
    }

    /// <summary>
    /// Closes the log and renames its directory durably to <c>NAME-P.UNIQUE-delete</c>, from when on it is gone for every
    /// start; the files go after file.delete.delay.ms. <paramref name="unique"/>: 32 hex digits.
    /// </summary>
    public bool Delete(string unique)
    {
        CheckOwner();
        Close(clean: false);
        if (IsOffline)
        {
            return false;
        }

        var name = PartitionDirectoryName.ForDeletion(TopicPartition, unique);
        var path = DiskPath.Join(_group.Directory.Path, name);
        return Attempt("delete", () =>
        {
            _disk.Rename(Path, path);
            _disk.SyncDirectory(_group.Directory.Path);
            Path = path;
            _group.Directory.DeleteDirectoryLater(_group.Shard, path, Config.FileDeleteDelayMs);
        });
    }

    private void CloseCleanly()
    {
        WriteAppended();
        if (IsOffline)
        {
            return;
        }

        Seal(Active);
        var snapshotPath = DiskPath.Join(Path, StoragePaths.FileName(LogEndOffset, StoragePaths.SnapshotSuffix));
        _sealedFiles.Add(ProducerSnapshotFile.Write(_disk, snapshotPath, _producers));
        foreach (var file in _flushingFiles)
        {
            file.Flush();
        }

        foreach (var file in _sealedFiles)
        {
            file.Flush();
        }

        _disk.SyncDirectory(Path);
        RecoveryPoint = LogEndOffset;
        DurableEndOffset = LogEndOffset;
        RemoveStraySnapshots();
    }

    /// <summary>Of the snapshots that are not at a segment's base only the newest is of use.</summary>
    private void RemoveStraySnapshots()
    {
        foreach (var name in _disk.ListFiles(Path))
        {
            if (StoragePaths.TryParseOffset(name, StoragePaths.SnapshotSuffix, out var offset)
                && offset != LogEndOffset
                && !_segments.Exists(s => s.BaseOffset == offset))
            {
                Mark.Hit("log.stray-snapshot-removed");
                _disk.DeleteFile(DiskPath.Join(Path, name));
            }
        }
    }
}
