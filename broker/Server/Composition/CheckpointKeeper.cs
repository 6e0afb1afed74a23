using Deterministic.Kernel;
using Deterministic.Kernel.Time;
using Deterministic.Protocol;
using Deterministic.Storage;

namespace Deterministic.Server.Composition;

/// <summary>
/// Writes the offset checkpoints of the log directories every <c>log.flush.offset.checkpoint.interval.ms</c>, when they
/// have changed, and at the stop. The offsets come from all shards. Owned by shard 0; lives from start to stop.
/// </summary>
internal sealed class CheckpointKeeper(NodeParts parts, NodeStorage storage, BrokerNodeOptions options)
{
    private readonly Shard _home = parts.Shards[ShardMap.ControllerShard].Shard;
    private readonly Dictionary<string, Offsets> _written = new(StringComparer.Ordinal);
    private List<(TopicPartition Partition, string Directory, LogOffsets Offsets)> _last = [];
    private ScheduledTimer? _timer;
    private bool _isStopped;

    /// <summary>Begins.</summary>
    internal void Start() => Schedule();

    /// <summary>Writes no more on its own.</summary>
    internal void Stop()
    {
        _isStopped = true;
        _timer?.Cancel();
    }

    /// <summary>Collects the offsets of every log and writes what has changed. False when the disk refused.</summary>
    internal async Task<bool> WriteAsync()
    {
        var all = new List<(TopicPartition, string, LogOffsets)>();
        foreach (var shard in parts.Shards)
        {
            all.AddRange(await Shard.InvokeAsync(shard.Shard, static s => Collect(s), shard));
        }

        _last = all;
        return Write(isFinal: false);
    }

    /// <summary>After every log was closed cleanly: all that was collected last is on disk up to its end.</summary>
    internal bool WriteFinal() => Write(isFinal: true);

    private static List<(TopicPartition, string, LogOffsets)> Collect(BrokerShard shard)
    {
        var offsets = new List<(TopicPartition, string, LogOffsets)>(shard.Partitions.Count);
        foreach (var (_, partition) in shard.Partitions)
        {
            var log = partition.Log;
            offsets.Add((
                partition.TopicPartition,
                Kernel.Ports.DiskPath.DirectoryOf(log.Path),
                new LogOffsets(log.RecoveryPoint, log.LogEndOffset, log.LogStartOffset, log.HighWatermark, log.CleanedUpTo)));
        }

        return offsets;
    }

    private void Schedule()
    {
        if (!_isStopped)
        {
            _timer = _home.Timers.Schedule(
                _home.MonotonicMs + Math.Max(1, options.Config.LogFlushOffsetCheckpointIntervalMs),
                static state => ((CheckpointKeeper)state!).OnTimer(),
                this);
        }
    }

    private void OnTimer() => Connections.Conversation.Start(OnTimerAsync(), _home);

    private async Task OnTimerAsync()
    {
        await WriteAsync();
        Schedule();
    }

    private bool Write(bool isFinal)
    {
        foreach (var directory in storage.Directories)
        {
            var offsets = new Offsets();
            foreach (var (partition, path, log) in _last)
            {
                if (string.Equals(path, directory.Path, StringComparison.Ordinal))
                {
                    offsets.Add(partition, log, isFinal);
                }
            }

            if (!TryWrite(directory, offsets))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryWrite(LogDirectory directory, Offsets offsets)
    {
        try
        {
            var before = _written.GetValueOrDefault(directory.Path) ?? new Offsets(directory);
            WriteChanged(before.RecoveryPoints, offsets.RecoveryPoints, directory.WriteRecoveryPoints);
            WriteChanged(before.LogStarts, offsets.LogStarts, directory.WriteLogStartOffsets);
            WriteChanged(before.HighWatermarks, offsets.HighWatermarks, directory.WriteHighWatermarks);
            WriteChanged(before.CleanerPoints, offsets.CleanerPoints, directory.WriteCleanerPoints);
            _written[directory.Path] = offsets;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ServerLog.CheckpointFailed(options.Log, e.Message);
            return false;
        }
    }

    private static void WriteChanged(
        Dictionary<TopicPartition, long> before, Dictionary<TopicPartition, long> now, Action<IReadOnlyDictionary<TopicPartition, long>> write)
    {
        var isSame = before.Count == now.Count;
        foreach (var (partition, offset) in now)
        {
            isSame = isSame && before.TryGetValue(partition, out var known) && known == offset;
        }

        if (!isSame)
        {
            write(now);
        }
    }

    private readonly record struct LogOffsets(long RecoveryPoint, long LogEnd, long LogStart, long HighWatermark, long CleanedUpTo);

    private sealed class Offsets
    {
        internal Offsets()
        {
        }

        /// <summary>What the files say when the node starts; what they say of logs that are gone has to go.</summary>
        internal Offsets(LogDirectory directory)
        {
            RecoveryPoints = new(directory.RecoveryPoints);
            LogStarts = new(directory.LogStartOffsets);
            HighWatermarks = new(directory.HighWatermarks);
            CleanerPoints = new(directory.CleanerPoints);
        }

        internal Dictionary<TopicPartition, long> RecoveryPoints { get; } = [];

        internal Dictionary<TopicPartition, long> LogStarts { get; } = [];

        internal Dictionary<TopicPartition, long> HighWatermarks { get; } = [];

        internal Dictionary<TopicPartition, long> CleanerPoints { get; } = [];

        internal void Add(TopicPartition partition, in LogOffsets offsets, bool isFinal)
        {
            RecoveryPoints[partition] = isFinal ? offsets.LogEnd : offsets.RecoveryPoint;
            HighWatermarks[partition] = isFinal ? offsets.LogEnd : offsets.HighWatermark;

            if (offsets.CleanedUpTo > offsets.LogStart)
            {
                CleanerPoints[partition] = offsets.CleanedUpTo;
            }

            // Like Kafka: a log start that its first segment tells of anyway is not written.
            if (offsets.LogStart > 0)
            {
                LogStarts[partition] = offsets.LogStart;
            }
        }
    }
}
