using Deterministic.Kernel;
using Deterministic.Kernel.Time;
using Deterministic.Server.Replication;
using Deterministic.Storage;

namespace Deterministic.Server.Composition;

/// <summary>
/// What the logs of one shard need now and then: rolling, flushing, retention, compaction, forgetting producers. One timer, and one look
/// at each log; between them idle partitions cost nothing. Owned by the shard; lives from start to stop.
/// </summary>
internal sealed class Housekeeping(BrokerShard shard)
{
    /// <summary>flush.ms and flush.messages are looked after no more often.</summary>
    internal const long FlushCheckMsMin = 1000;

    private readonly List<Partition> _round = [];
    private readonly Compaction _compaction = new(shard);
    private ScheduledTimer? _timer;
    private long _producersDueMs;
    private bool _isStopped;

    /// <summary>Where it runs.</summary>
    internal Shard Shard => shard.Shard;

    /// <summary>Begins, after <c>log.initial.task.delay.ms</c>.</summary>
    internal void Start()
    {
        Schedule(shard.Config.LogInitialTaskDelayMs);
        _compaction.Start();
    }

    /// <summary>Ends.</summary>
    internal bool Stop()
    {
        _isStopped = true;
        _timer?.Cancel();
        _compaction.Stop();
        return true;
    }

    private void Schedule(long delayMs)
    {
        if (!_isStopped)
        {
            _timer = Shard.Timers.Schedule(Shard.MonotonicMs + Math.Max(1, delayMs), static state => ((Housekeeping)state!).Run(), this);
        }
    }

    private void Run()
    {
        ServerLog.Housekeeping(shard.Log, Shard.Id, shard.Partitions.Count);
        var nowMs = Shard.WallClockMs;
        var producersDue = Shard.MonotonicMs >= _producersDueMs;
        var nextMs = Math.Min(shard.Config.LogRetentionCheckIntervalMs, shard.Config.ProducerIdExpirationCheckIntervalMs);
        _round.AddRange(shard.Partitions.Values);
        foreach (var partition in _round)
        {
            if (partition.IsGone)
            {
                continue;
            }

            partition.Log.MaybeRoll(nowMs);
            partition.Log.MaybeFlush(nowMs);
            nextMs = Math.Min(nextMs, FlushCheckMs(partition.Settings.Log));
            partition.Log.ApplyRetention(nowMs);
            if (producersDue)
            {
                partition.Log.ExpireProducers(nowMs);
            }
        }

        _round.Clear();
        if (producersDue)
        {
            _producersDueMs = Shard.MonotonicMs + shard.Config.ProducerIdExpirationCheckIntervalMs;
        }

        Schedule(nextMs);
    }

    /// <summary>How often a log wants to be asked about flushing: never, unless flush.ms or flush.messages are set and appends do not flush anyway.</summary>
    private static long FlushCheckMs(LogConfig config) =>
        config.Durability == Durability.Disk ? long.MaxValue
        : config.FlushMessages < long.MaxValue ? FlushCheckMsMin
        : Math.Max(FlushCheckMsMin, config.FlushMs);
}
