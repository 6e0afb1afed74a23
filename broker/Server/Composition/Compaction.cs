using Deterministic.Kernel;
using Deterministic.Kernel.Time;
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

    private readonly LogCleaner _cleaner = new();
    private long _startedMs;
    private readonly Queue<Partition> _round = [];
    private Partition? _cleaning;
    private ScheduledTimer? _timer;
    private bool _isStopped;

    private Shard Shard => shard.Shard;

    /// <summary>Begins, if <c>log.cleaner.enable</c> says so.</summary>
    internal void Start()
    {
        if (shard.Config.LogCleanerEnable)
        {
            Schedule(shard.Config.LogCleanerBackoffMs);
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
            Schedule(shard.Config.LogCleanerBackoffMs);
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

        if (_cleaner.Work(SliceBytes) is { } cleanedUpTo)
        {
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

    private bool TryStartNext()
    {
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
