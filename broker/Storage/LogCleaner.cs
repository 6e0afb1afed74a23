using Deterministic.Kernel;
using Deterministic.Protocol.Records;

namespace Deterministic.Storage;

/// <summary>
/// Compaction (cleanup.policy=compact): keeps the last value of each key below the active segment, one log at a time, a
/// little work per call so that the shard stays responsive. One per shard; owned by it.
/// <para>Steps: idle -> mapping (the dirty part's keys) -> cleaning (segment groups, each written aside) -> flushing -> swapped,
/// next group -> idle. A stop at any point leaves either the old segments or the new one, never a mixture.</para>
/// </summary>
public sealed class LogCleaner
{
    private readonly OffsetMap _map = new();
    private readonly CleaningReader _reader = new();
    private readonly HashSet<long> _transactions = [];
    private readonly Queue<List<LogSegment>> _groups = new();
    private PartitionLog? _log;
    private List<LogSegment>? _mapping;
    private CleanedSegment? _output;
    private long _nowMs;
    private long _from;
    private long _mappedEnd;
    private int _segmentIndex;
    private int _position;
    private long _ioBytes;

    /// <summary>
    /// Memory for keys (log.cleaner.dedupe.buffer.size), and how much of it may be in use (log.cleaner.io.buffer.load.factor). A pass over more
    /// keys ends earlier, and the next one goes on.
    /// </summary>
    public void LimitKeys(long bytes, double loadFactor) => _map.Limit(bytes, loadFactor);

    /// <summary>Bytes that were read and written since this was asked last, for who slows the cleaner down.</summary>
    public long TakeIoBytes()
    {
        var bytes = _ioBytes;
        _ioBytes = 0;
        return bytes;
    }

    /// <summary>The log being cleaned; null when idle.</summary>
    public PartitionLog? Log => _log;

    /// <summary>Whether <see cref="Work"/> can do nothing before the disk has flushed what was written.</summary>
    public bool IsWaitingForDisk => _output is { IsFlushing: true, IsFlushed: false };

    /// <summary>Gives up the pass that is under way; nothing of it is left in the log.</summary>
    public void Cancel()
    {
        if (_log is not null)
        {
            Mark.Hit("cleaner.cancelled");
            Stop();
        }
    }

    /// <summary>
    /// Starts on a log if it is compacted and dirty enough (min.cleanable.dirty.ratio), or dirty for too long (max.compaction.lag.ms). <paramref name="cleanedUpTo"/> is what
    /// cleaner-offset-checkpoint states, 0 when nothing. Only records below the high watermark are touched.
    /// </summary>
    public bool TryStart(PartitionLog log, long cleanedUpTo, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(log);
        Check.That(_log is null, $"the cleaner is busy with {_log?.TopicPartition}");
        if (!log.Config.IsCompact || log.IsOffline || log.IsClosed || log.IsUncleanable || log.Segments.Count < 2)
        {
            return false;
        }

        var cleanable = CleanableSegments(log, nowMs);
        var dirty = cleanable.FindAll(s => EndOffsetOf(log, s) > cleanedUpTo);
        long dirtyBytes = 0;
        long allBytes = 0;
        cleanable.ForEach(s => allBytes += s.SizeBytes);
        dirty.ForEach(s => dirtyBytes += s.SizeBytes);
        var isOverdue = dirty.Exists(s => s.FirstBatchTimestamp is >= 0 and var first && nowMs - first > log.Config.MaxCompactionLagMs);
        if (dirtyBytes == 0 || (!isOverdue && (double)dirtyBytes / allBytes < log.Config.MinCleanableDirtyRatio))
        {
            return false;
        }

        _log = log;
        _nowMs = nowMs;
        _from = Math.Max(cleanedUpTo, log.LogStartOffset);
        _mappedEnd = _from;
        _mapping = dirty;
        _segmentIndex = 0;
        _position = 0;
        _map.Start(new KeyHash(log.Group.Shard.Random.NextUInt64(), log.Group.Shard.Random.NextUInt64()));
        _transactions.Clear();
        return true;
    }

    /// <summary>
    /// Works through about so many bytes. Null while there is more to do (or nothing at all); when the pass is complete, the
    /// offset up to which the log is now clean, for the cleaner checkpoint.
    /// </summary>
    public long? Work(int budgetBytes)
    {
        if (_log is not { } log)
        {
            return null;
        }

        if (log.IsOffline || log.IsClosed)
        {
            Mark.Hit("cleaner.log-gone");
            Stop();
            return null;
        }

        long? done = null;
        try
        {
            log.AttemptCleaning(() => done = Step(log, budgetBytes));
        }
        catch (InvalidRecordException e)
        {
            Mark.Hit("cleaner.batch-unreadable");
            log.Group.Log.Error($"{log.TopicPartition}: a batch cannot be opened, so the log is not cleaned before the next start: {e.Message}");
            log.IsUncleanable = true;
            Stop();
        }

        if (log.IsOffline)
        {
            Stop();
        }

        return done;
    }

    private long? Step(PartitionLog log, int budgetBytes)
    {
        var left = _mapping is null ? budgetBytes : Map(log, budgetBytes);
        while (left > 0 && _mapping is null && _log is not null)
        {
            if (_output is null && !_groups.TryPeek(out _))
            {
                var end = _mappedEnd;
                Stop();
                return end;
            }

            left = Clean(log, left);
            if (_output is { IsFlushing: true })
            {
                break;
            }
        }

        return null;
    }

    /// <summary>The segments before the active one that are wholly stable and older than min.compaction.lag.ms.</summary>
    private static List<LogSegment> CleanableSegments(PartitionLog log, long nowMs)
    {
        var stable = log.LastStableOffset;
        var result = new List<LogSegment>();
        for (var i = 0; i < log.Segments.Count - 1; i++)
        {
            var segment = log.Segments[i];
            if (log.Segments[i + 1].BaseOffset > stable
                || (log.Config.MinCompactionLagMs > 0 && segment.MaxTimestamp > nowMs - log.Config.MinCompactionLagMs))
            {
                break;
            }

            result.Add(segment);
        }

        return result;
    }

    private static long EndOffsetOf(PartitionLog log, LogSegment segment)
    {
        var segments = log.Segments;
        for (var i = 0; i < segments.Count - 1; i++)
        {
            if (ReferenceEquals(segments[i], segment))
            {
                return segments[i + 1].BaseOffset;
            }
        }

        return log.LogEndOffset;
    }

    private int Map(PartitionLog log, int budgetBytes)
    {
        var left = budgetBytes;
        while (left > 0 && _segmentIndex < _mapping!.Count && !_map.IsFull)
        {
            var segment = _mapping[_segmentIndex];
            if (!_reader.TryRead(segment, _position, out var batch))
            {
                _mappedEnd = EndOffsetOf(log, segment);
                _segmentIndex++;
                _position = 0;
                continue;
            }

            MapBatch(log, segment, batch);
            _ioBytes += batch.Length;
            _position += batch.Length;
            left -= batch.Length;
        }

        if (_segmentIndex == _mapping!.Count || _map.IsFull)
        {
            GroupSegments(log);
            _mapping = null;
        }

        return left;
    }

    private void MapBatch(PartitionLog log, LogSegment segment, ReadOnlySpan<byte> bytes)
    {
        var header = new RecordBatchHeader(bytes);
        if (header.LastOffset < _from || header.Attributes.IsControl || log.IsAborted(segment, header))
        {
            return;
        }

        using var opened = OpenedBatch.Open(new RecordBatchView(bytes), log.Group.Codecs);
        foreach (var record in opened.Records)
        {
            if (!record.IsKeyNull)
            {
                _map.Put(record.Key, header.BaseOffset + record.OffsetDelta);
            }
        }

        _mappedEnd = header.LastOffset + 1;
    }

    /// <summary>Neighbours that fit one segment together are merged, so that small leftovers do not pile up.</summary>
    private void GroupSegments(PartitionLog log)
    {
        List<LogSegment>? group = null;
        long bytes = 0;
        for (var i = 0; i < log.Segments.Count - 1 && log.Segments[i].BaseOffset < _mappedEnd; i++)
        {
            var segment = log.Segments[i];
            var fits = group is not null && bytes + segment.SizeBytes <= log.Config.SegmentBytes
                && log.Segments[i + 1].BaseOffset - group[0].BaseOffset <= int.MaxValue;
            if (!fits)
            {
                group = [];
                bytes = 0;
                _groups.Enqueue(group);
            }

            group!.Add(segment);
            bytes += segment.SizeBytes;
        }
    }

    private int Clean(PartitionLog log, int budgetBytes)
    {
        if (_output is { IsFlushing: true } flushing)
        {
            if (flushing.IsFlushed)
            {
                Mark.Hit("cleaner.swapped");
                log.SwapCleaned(_groups.Dequeue(), flushing);
                _output = null;
            }

            return budgetBytes;
        }

        var group = _groups.Peek();
        if (!log.HasSegments(group))
        {
            Mark.Hit("cleaner.segments-gone");
            Stop();
            return budgetBytes;
        }

        if (_output is null)
        {
            _output = new CleanedSegment(log, group[0].BaseOffset);
            _segmentIndex = 0;
            _position = 0;
        }

        var left = budgetBytes;
        while (left > 0 && _segmentIndex < group.Count)
        {
            if (!_reader.TryRead(group[_segmentIndex], _position, out var batch))
            {
                _segmentIndex++;
                _position = 0;
                continue;
            }

            var written = _output.WrittenBytes;
            _output.Filter(group[_segmentIndex], batch, _map, _transactions, _nowMs);
            _ioBytes += batch.Length + _output.WrittenBytes - written;
            _position += batch.Length;
            left -= batch.Length;
        }

        if (_segmentIndex == group.Count)
        {
            _output.BeginFlush();
        }

        return left;
    }

    private void Stop()
    {
        _output?.Abandon();
        _output = null;
        _mapping = null;
        _groups.Clear();
        _map.Clear();
        _reader.Forget();
        _log = null;
    }
}
