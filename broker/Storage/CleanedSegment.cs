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

    /// <summary>Bytes that were written, in all.</summary>
    internal long WrittenBytes { get; private set; }

    internal bool IsFlushing { get; private set; }

    internal bool IsFlushed { get; private set; }

    /// <summary>Writes what is to stay of a batch. <paramref name="transactions"/>: producers of transactions of which a batch was met since their last marker.</summary>
    internal void Filter(LogSegment source, ReadOnlySpan<byte> bytes, OffsetMap map, HashSet<long> transactions, long nowMs)
    {
        var header = new RecordBatchHeader(bytes);
        var isMarker = header.Attributes.IsControl && header.HasProducerId;
        var endsNothing = isMarker && !transactions.Remove(header.ProducerId);
        if (header.Attributes.IsTransactional && !isMarker)
        {
            transactions.Add(header.ProducerId);
        }

        // Behind an empty active segment: without it no reader would ever come to the end of the log.
        var isLastOfLog = header.LastOffset + 1 == _log.LogEndOffset;
        var kept = _rewriter.Rewrite(bytes, new CleaningRules(
            map, nowMs, _log.Config.DeleteRetentionMs, _log.IsAborted(source, header), endsNothing, IsLastOfProducer(header) || isLastOfLog, _log.Group.Codecs));
        if (kept.IsEmpty)
        {
            if (isMarker)
            {
                Mark.Hit("cleaner.marker-removed");
            }

            return;
        }

        _file.Write(Segment.SizeBytes, kept);
        WrittenBytes += kept.Length;
        Segment.Place(new RecordBatchHeader(kept), _log.Config.IndexIntervalBytes);
        if (isMarker && !endsNothing)
        {
            TakeAborted(source, header.BaseOffset);
        }
    }

    /// <summary>Whoever has only the log learns its sequence from there, or its epoch when it wrote nothing else that is left.</summary>
    private bool IsLastOfProducer(in RecordBatchHeader header) =>
        header.HasProducerId && _log.Producers.Find(header.ProducerId) is { } producer
        && (producer.LastOffset >= 0 ? producer.LastOffset == header.LastOffset : header.Attributes.IsControl && producer.ProducerEpoch == header.ProducerEpoch);

    /// <summary>What the transaction index says of a marker stays as long as there are records to be left out.</summary>
    private void TakeAborted(LogSegment source, long markerOffset)
    {
        foreach (var aborted in source.Transactions.Entries)
        {
            if (aborted.LastOffset == markerOffset)
            {
                Segment.Transactions.Append(aborted);
            }
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
