using Deterministic.Kernel;
using Deterministic.Kernel.Time;
using Deterministic.Server.Connections;
using Deterministic.Server.Moves;
using Deterministic.Server.Replication;
using Deterministic.Storage;

namespace Deterministic.Server.Composition;

/// <summary>
/// Has the compacted logs of one shard cleaned, one after the other and a slice per turn so that clients get theirs; looks
/// for work every <c>log.cleaner.backoff.ms</c>. Owned by the shard; lives from start to stop.
/// </summary>
internal sealed class Compaction(BrokerShard shard)
{
    /// <summary>Bytes that are read in one turn: about a millisecond.</summary>
    internal const int SliceBytes = 256 * 1024;

    /// <summary>How long one turn waits for the disk before it looks again.</summary>
    internal const long DiskWaitMs = 5;

    /// <summary>How soon a change of the throttle takes effect.</summary>
    internal const long ThrottleWaitMsMax = 1_000;

    private readonly LogCleaner _cleaner = new();
    private readonly ByteThrottle _throttle = new(shard.Shard);
    private long _startedMs;
    private readonly Queue<Partition> _round = [];
    private Partition? _cleaning;
    private ScheduledTimer? _timer;
    private bool _hasCleaned;
    private bool _isStopped;

    private Shard Shard => shard.Shard;

    /// <summary>Begins, if <c>log.cleaner.enable</c> says so.</summary>
    internal void Start()
    {
        if (shard.Config.LogCleanerEnable)
        {
            Schedule(1);
        }
    }

    /// <summary>Ends; what was being written is given up.</summary>
    internal void Stop()
    {
        _isStopped = true;
        _timer?.Cancel();
        _round.Clear();
        _cleaner.Cancel();
    }

    private void Schedule(long delayMs) =>
        _timer = Shard.Timers.Schedule(Shard.MonotonicMs + Math.Max(1, delayMs), static state => ((Compaction)state!).OnTimer(), this);

    private void OnTimer()
    {
        if (_cleaner.Log is null)
        {
            foreach (var (_, partition) in shard.Partitions)
            {
                if (partition.Settings.Log.IsCompact && partition.Log.SegmentCount > 1)
                {
                    _round.Enqueue(partition);
                }
            }
        }

        Continue();
    }

    private void Continue()
    {
        if (_isStopped)
        {
            return;
        }

        if (_cleaner.Log is null && !TryStartNext())
        {
            shard.Metrics.CleanerRanMs = Shard.MonotonicMs;
            Note();
            Schedule(shard.Config.LogCleanerBackoffMs);
            return;
        }

        var bytesPerSecond = ShareOfThrottle();
        if (_throttle.WaitMs(bytesPerSecond) is > 0 and var waitMs)
        {
            Mark.Hit("cleaner.throttled");
            Schedule(Math.Min(waitMs, ThrottleWaitMsMax));
            return;
        }

        var log = _cleaner.Log!;
        if (_cleaning is { Move: not null })
        {
            Mark.Hit("cleaner.stopped-for-a-move");
            _cleaner.Cancel();
            Shard.Post(Continue);
            return;
        }

        var done = _cleaner.Work(_throttle.AllowedBytes(bytesPerSecond, SliceBytes));
        _throttle.Take(_cleaner.TakeIoBytes());
        if (done is { } cleanedUpTo)
        {
            _hasCleaned = true;
            log.CleanedUpTo = cleanedUpTo;
            shard.Metrics.LastCleaningMs = Shard.MonotonicMs - _startedMs;
            ServerLog.Compacted(shard.Log, log.TopicPartition, cleanedUpTo, log.SizeBytes);
        }

        if (_cleaner.IsWaitingForDisk)
        {
            Mark.Hit("cleaner.waits-for-disk");
            Schedule(DiskWaitMs);
        }
        else
        {
            Shard.Post(Continue);
        }
    }

    /// <summary>Each shard has its part of what all may read and write.</summary>
    private long ShareOfThrottle() =>
        shard.Config.LogCleanerIoMaxBytesPerSecond is var limit && limit >= long.MaxValue ? long.MaxValue : (long)(limit / shard.Map.ShardCount);

    /// <summary>How far logs are clean goes to disk, so that a start does not clean them once more.</summary>
    private void Note()
    {
        if (_hasCleaned)
        {
            _hasCleaned = false;
            Conversation.Start(shard.WriteCheckpoints!(), Shard);
        }
    }

    private bool TryStartNext()
    {
        _cleaner.LimitKeys(shard.Config.LogCleanerDedupeBufferSize / shard.Map.ShardCount, shard.Config.LogCleanerIoBufferLoadFactor);
        while (_round.TryDequeue(out var partition))
        {
            // One that moves is cleaned where it arrives: how far it was cleaned moves along.
            if (!partition.IsGone && partition.Move is null && _cleaner.TryStart(partition.Log, partition.Log.CleanedUpTo, Shard.WallClockMs))
            {
                _startedMs = Shard.MonotonicMs;
                _cleaning = partition;
                return true;
            }
        }

        return false;
    }
}
