using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Protocol.Records;

namespace Deterministic.Storage;

/// <summary>
/// A segment that the cleaner writes aside (<c>.log.cleaned</c>) to replace one or several. Owned by the cleaner until it is
/// swapped in or abandoned.
/// </summary>
internal sealed class CleanedSegment
{
    private static readonly FlushCompletion s_onFlushed = static (state, error) => ((CleanedSegment)state!).OnFlushed(error);

    private readonly PartitionLog _log;
    private readonly CleanedBatch _rewriter = new();
    private readonly IFile _file;
    private IOException? _error;
    private bool _isAbandoned;

    internal CleanedSegment(PartitionLog log, long baseOffset)
    {
        _log = log;
        Segment = new LogSegment(log.Group.Disk, log.Path, baseOffset, log.Group.Shard.WallClockMs);
        Segment.StartEmpty();
        _file = log.Group.Disk.Open(CleanedPath, FileOpening.Empty);
    }

    internal LogSegment Segment { get; }

    internal string CleanedPath => Segment.LogPath + StoragePaths.CleanedSuffix;

    internal bool IsFlushing { get; private set; }

    internal bool IsFlushed { get; private set; }

    /// <summary>Writes what is to stay of a batch.</summary>
    internal void Filter(LogSegment source, ReadOnlySpan<byte> bytes, OffsetMap map, long nowMs)
    {
        var header = new RecordBatchHeader(bytes);
        var isLastOfProducer = header.HasProducerId
            && _log.Producers.Find(header.ProducerId) is { } producer && producer.LastOffset == header.LastOffset;

        // Behind an empty active segment: without it no reader would ever come to the end of the log.
        var isLastOfLog = header.LastOffset + 1 == _log.LogEndOffset;
        var kept = header.Attributes.IsControl
            ? bytes
            : _rewriter.Rewrite(bytes, new CleaningRules(
                map, nowMs, _log.Config.DeleteRetentionMs, _log.IsAborted(source, header), isLastOfProducer || isLastOfLog, _log.Group.Codecs));
        if (!kept.IsEmpty)
        {
            _file.Write(Segment.SizeBytes, kept);
            Segment.Place(new RecordBatchHeader(kept), _log.Config.IndexIntervalBytes);
        }
    }

    /// <summary>Markers stay, so what the transaction index says of them stays.</summary>
    internal void TakeAborted(LogSegment source)
    {
        foreach (var aborted in source.Transactions.Entries)
        {
            Segment.Transactions.Append(aborted);
        }
    }

    internal void BeginFlush()
    {
        IsFlushing = true;
        _file.BeginFlush(s_onFlushed, this);
    }

    internal void CloseFile() => _file.Dispose();

    /// <summary>The pass ended early; the file goes, at the latest with the next start.</summary>
    internal void Abandon()
    {
        Mark.Hit("cleaner.segment-abandoned");
        _isAbandoned = true;
        if (!IsFlushing || IsFlushed)
        {
            CloseFile();
        }

        if (!_log.IsOffline && !_log.IsClosed)
        {
            _log.AttemptCleaning(() => _log.Group.Disk.DeleteFile(CleanedPath));
        }
    }

    private void OnFlushed(IOException? error)
    {
        IsFlushed = true;
        _error = error;
        if (_isAbandoned)
        {
            CloseFile();
        }
        else if (_error is not null)
        {
            Mark.Hit("cleaner.flush-failed");
            _log.AttemptCleaning(() => throw _error);
        }
    }
}
