using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Protocol.Records;

namespace Deterministic.Storage;

/// <content>What the cleaner needs.</content>
public sealed partial class PartitionLog
{
    internal bool IsClosed => _isClosed;

    /// <summary>Whether the cleaner met a batch that it cannot open.</summary>
    internal bool IsUncleanable { get; set; }

    internal void AttemptCleaning(Action action) => Attempt("cleaning", action);

    /// <summary>Whether a batch belongs to a transaction that was aborted; its marker stands in this segment or a later one.</summary>
    internal bool IsAborted(LogSegment segment, in RecordBatchHeader batch)
    {
        if (!batch.Attributes.IsTransactional || batch.Attributes.IsControl)
        {
            return false;
        }

        for (var i = _segments.IndexOf(segment); i >= 0 && i < _segments.Count; i++)
        {
            foreach (var aborted in _segments[i].Transactions.Entries)
            {
                if (aborted.ProducerId == batch.ProducerId
                    && batch.BaseOffset >= aborted.FirstOffset && batch.LastOffset <= aborted.LastOffset)
                {
                    return true;
                }
            }
        }

        return false;
    }

    internal bool HasSegments(List<LogSegment> group) =>
        _segments.IndexOf(group[0]) is >= 0 and var first
        && first + group.Count < _segments.Count
        && ReferenceEquals(_segments[first + group.Count - 1], group[^1]);

    /// <summary>
    /// Replaces segments by what the cleaner wrote and flushed. From the durable name .swap on the new one counts; before, the
    /// old ones do.
    /// </summary>
    internal void SwapCleaned(List<LogSegment> group, CleanedSegment cleaned)
    {
        cleaned.CloseFile();
        if (!HasSegments(group))
        {
            Mark.Hit("cleaner.swapped-too-late");
            _disk.DeleteFile(cleaned.CleanedPath);
            return;
        }

        if (group.Count > 1)
        {
            Mark.Hit("cleaner.segments-merged");
        }

        var logPath = cleaned.Segment.LogPath;
        _disk.Rename(cleaned.CleanedPath, logPath + StoragePaths.SwapSuffix);
        _disk.SyncDirectory(Path);
        foreach (var segment in group)
        {
            DeleteLater(segment, keepsSnapshot: segment.BaseOffset == cleaned.Segment.BaseOffset);
        }

        // Renames may become durable in any order: an original, or its index, must not outlive the change of names that follows.
        _disk.SyncDirectory(Path);
        _disk.Rename(logPath + StoragePaths.SwapSuffix, logPath);
        var indexes = new List<IFile>();
        cleaned.Segment.WriteIndexes(indexes);
        foreach (var index in indexes)
        {
            index.Flush();
            CloseUnlessKept(index);
        }

        cleaned.Segment.Offsets.File.LeaveMemory();
        cleaned.Segment.Times.File.LeaveMemory();
        _disk.SyncDirectory(Path);
        var first = _segments.IndexOf(group[0]);
        _segments.RemoveRange(first, group.Count);
        _segments.Insert(first, cleaned.Segment);
    }
}
