using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Storage;

/// <summary>Finishes or undoes what a stop in the middle of a deletion, cleaning or replacement left in a partition directory. Lives for one start.</summary>
internal sealed class LeftoverFiles(IDisk disk, string directory, IStorageLog log)
{
    /// <summary>
    /// .deleted and .tmp go. .cleaned goes: the originals are still there. .log.swap was complete and flushed before it got
    /// that name: it replaces the segments whose offsets it covers. Index files without their log go.
    /// </summary>
    internal void Clear()
    {
        var changed = false;
        foreach (var name in disk.ListFiles(directory))
        {
            if (HasSuffix(name, StoragePaths.DeletedSuffix) || HasSuffix(name, StoragePaths.CleanedSuffix)
                || HasSuffix(name, StoragePaths.TemporarySuffix)
                || (HasSuffix(name, StoragePaths.SwapSuffix) && !HasSuffix(name, StoragePaths.LogSuffix + StoragePaths.SwapSuffix)))
            {
                Mark.Hit("recovery.leftover-file-removed");
                disk.DeleteFile(DiskPath.Join(directory, name));
                changed = true;
            }
        }

        foreach (var name in disk.ListFiles(directory))
        {
            if (StoragePaths.TryParseOffset(name, StoragePaths.LogSuffix + StoragePaths.SwapSuffix, out var baseOffset))
            {
                FinishSwap(name, baseOffset);
                changed = true;
            }
        }

        changed |= RemoveOrphans();
        if (changed)
        {
            disk.SyncDirectory(directory);
        }
    }

    private static bool HasSuffix(string name, string suffix) => name.EndsWith(suffix, StringComparison.Ordinal);

    private void FinishSwap(string name, long baseOffset)
    {
        var path = DiskPath.Join(directory, name);
        Mark.Hit("recovery.swap-finished");
        log.Info($"{path}: finishing a replacement of segments that a stop interrupted");
        var nextOffset = NextOffsetOf(path, baseOffset);
        foreach (var other in disk.ListFiles(directory))
        {
            if (StoragePaths.TryParseOffset(other, StoragePaths.LogSuffix, out var offset)
                && offset >= baseOffset && offset < Math.Max(nextOffset, baseOffset + 1))
            {
                RemoveIndexes(offset);
                if (offset != baseOffset)
                {
                    Mark.Hit("recovery.swapped-segment-removed");
                    disk.DeleteFile(DiskPath.Join(directory, other));
                }
            }
        }

        RemoveIndexes(baseOffset);

        // As in the swap itself: what goes is durably gone before the replacement has its name.
        disk.SyncDirectory(directory);
        disk.Rename(path, path[..^StoragePaths.SwapSuffix.Length]);
    }

    private long NextOffsetOf(string path, long baseOffset)
    {
        using var file = disk.Open(path, FileOpening.ReadOnly);
        var cursor = new BatchCursor(file, 0, file.Length, new byte[GroupCommit.LookupBytes]);
        var next = baseOffset;
        while (cursor.MoveNext())
        {
            next = cursor.Header.LastOffset + 1;
        }

        return next;
    }

    private void RemoveIndexes(long baseOffset)
    {
        foreach (var suffix in (ReadOnlySpan<string>)
            [StoragePaths.IndexSuffix, StoragePaths.TimeIndexSuffix, StoragePaths.TransactionIndexSuffix])
        {
            disk.DeleteFile(DiskPath.Join(directory, StoragePaths.FileName(baseOffset, suffix)));
        }
    }

    private bool RemoveOrphans()
    {
        var changed = false;
        foreach (var name in disk.ListFiles(directory))
        {
            foreach (var suffix in (ReadOnlySpan<string>)
                [StoragePaths.IndexSuffix, StoragePaths.TimeIndexSuffix, StoragePaths.TransactionIndexSuffix])
            {
                if (StoragePaths.TryParseOffset(name, suffix, out var offset)
                    && !disk.FileExists(DiskPath.Join(directory, StoragePaths.FileName(offset, StoragePaths.LogSuffix))))
                {
                    Mark.Hit("recovery.index-without-log");
                    log.Warning($"{DiskPath.Join(directory, name)} has no log file and is removed");
                    disk.DeleteFile(DiskPath.Join(directory, name));
                    changed = true;
                }
            }
        }

        return changed;
    }
}
