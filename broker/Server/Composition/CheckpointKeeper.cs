using Deterministic.Kernel;
using Deterministic.Kernel.Time;
using Deterministic.Protocol;
using Deterministic.Server.Metadata;
using Deterministic.Server.Replication;
using Deterministic.Storage;

namespace Deterministic.Server.Composition;

/// <summary>
/// Writes the offset checkpoints of the log directories every <c>log.flush.offset.checkpoint.interval.ms</c>, when they
/// have changed, when records were deleted, and at the stop. The offsets come from all shards, one round after the other, so
/// that what a round writes is never older than what is there. A deleted topic is taken out at once: a later topic of
/// that name must not be opened with what they say of the old one. Owned by shard 0; lives from start to stop.
/// </summary>
internal sealed class CheckpointKeeper(NodeParts parts, NodeStorage storage, BrokerNodeOptions options) : IMetadataListener
{
    private readonly Shard _home = parts.Shards[ShardMap.ControllerShard].Shard;
    private readonly Dictionary<string, Offsets> _written = new(StringComparer.Ordinal);
    private List<(TopicIdPartition Id, TopicPartition Partition, string Directory, LogOffsets Offsets)> _last = [];
    private readonly List<TaskCompletionSource<bool>> _waiting = [];
    private ScheduledTimer? _timer;
    private bool _isWriting;
    private bool _isStopped;

    /// <summary>Begins.</summary>
    internal void Start() => Schedule();

    /// <summary>Writes no more on its own.</summary>
    internal void Stop()
    {
        _isStopped = true;
        _timer?.Cancel();
    }

    /// <inheritdoc/>
    public void OnImage(MetadataImage image, MetadataDelta delta)
    {
        List<TopicPartition>? gone = null;
        foreach (var topic in delta.ChangedTopics)
        {
            if (topic is { After: null, Before: { } deleted })
            {
                foreach (var partition in deleted.Partitions)
                {
                    (gone ??= []).Add(new TopicPartition(deleted.Name, partition.PartitionId));
                }
            }
        }

        if (gone is not null)
        {
            Forget(gone);
        }
    }

    /// <summary>
    /// Collects the offsets of every log, as they are from now on, and writes what has changed. False when the disk refused.
    /// Any shard.
    /// </summary>
    internal Task<bool> WriteAsync()
    {
        var written = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _home.Post(() =>
        {
            _waiting.Add(written);
            if (!_isWriting)
            {
                Connections.Conversation.Start(WriteRoundsAsync(), _home);
            }
        });
        return written.Task;
    }

    /// <summary>Who comes while a round collects waits for the next one, which serves all of them.</summary>
    private async Task WriteRoundsAsync()
    {
        _isWriting = true;
        while (_waiting.Count > 0)
        {
            TaskCompletionSource<bool>[] served = [.. _waiting];
            _waiting.Clear();
            var isWritten = await CollectAndWriteAsync();
            foreach (var one in served)
            {
                one.SetResult(isWritten);
            }
        }

        _isWriting = false;
    }

    private async Task<bool> CollectAndWriteAsync()
    {
        var all = new List<(TopicIdPartition, TopicPartition, string, LogOffsets)>();
        foreach (var shard in parts.Shards)
        {
            all.AddRange(await Shard.InvokeAsync(shard.Shard, static s => Collect(s), shard));
        }

        _last = all;
        return Write(isFinal: false);
    }

    /// <summary>After every log was closed cleanly: all that was collected last is on disk up to its end.</summary>
    internal bool WriteFinal() => Write(isFinal: true);

    private static List<(TopicIdPartition, TopicPartition, string, LogOffsets)> Collect(BrokerShard shard)
    {
        var offsets = new List<(TopicIdPartition, TopicPartition, string, LogOffsets)>(shard.Partitions.Count);
        foreach (var (id, partition) in shard.Partitions)
        {
            Add(partition.Log);
            if (partition.Move is { } move)
            {
                Add(move.Future);
            }

            void Add(PartitionLog log) => offsets.Add((
                id,
                partition.TopicPartition,
                log.Directory.Path,
                new LogOffsets(log.RecoveryPoint, log.LogEndOffset, log.LogStartOffset, log.HighWatermark, log.CleanedUpTo)));
        }

        return offsets;
    }

    private void Forget(List<TopicPartition> gone)
    {
        foreach (var directory in storage.Directories)
        {
            var offsets = WrittenTo(directory).Copy();
            var isChanged = false;
            foreach (var partition in gone)
            {
                isChanged |= offsets.Remove(partition);
            }

            if (isChanged)
            {
                Mark.Hit("checkpoint.deleted-topic-taken-out");
                TryWrite(directory, offsets);
            }
        }
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
        var image = parts.Shards[ShardMap.ControllerShard].Image;
        var isWritten = true;
        foreach (var directory in storage.Directories)
        {
            if (storage.IsOffline(directory))
            {
                // What it held is out of use; the others go on.
                Mark.Hit("checkpoint.directory-offline");
                continue;
            }

            var offsets = new Offsets();
            foreach (var (id, partition, path, log) in _last)
            {
                // A topic may have been deleted since its offsets were collected.
                if (string.Equals(path, directory.Path, StringComparison.Ordinal) && image.FindTopic(id.TopicId) is not null)
                {
                    offsets.Add(partition, log, isFinal);
                }
            }

            isWritten &= TryWrite(directory, offsets);
        }

        return isWritten;
    }

    private bool TryWrite(LogDirectory directory, Offsets offsets)
    {
        try
        {
            var before = WrittenTo(directory);
            WriteChanged(before.RecoveryPoints, offsets.RecoveryPoints, directory.WriteRecoveryPoints);
            WriteChanged(before.LogStarts, offsets.LogStarts, directory.WriteLogStartOffsets);
            WriteChanged(before.HighWatermarks, offsets.HighWatermarks, directory.WriteHighWatermarks);
            WriteChanged(before.CleanerPoints, offsets.CleanerPoints, directory.WriteCleanerPoints);
            _written[directory.Path] = offsets;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Mark.Hit("checkpoint.write-failed");
            ServerLog.CheckpointFailed(options.Log, e.Message);
            return false;
        }
    }

    private Offsets WrittenTo(LogDirectory directory) => _written.GetValueOrDefault(directory.Path) ?? Offsets.ReadBy(directory);

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
        internal Dictionary<TopicPartition, long> RecoveryPoints { get; private init; } = [];

        internal Dictionary<TopicPartition, long> LogStarts { get; private init; } = [];

        internal Dictionary<TopicPartition, long> HighWatermarks { get; private init; } = [];

        internal Dictionary<TopicPartition, long> CleanerPoints { get; private init; } = [];

        /// <summary>What the files said when the node started.</summary>
        internal static Offsets ReadBy(LogDirectory directory) => new()
        {
            RecoveryPoints = new(directory.RecoveryPoints),
            LogStarts = new(directory.LogStartOffsets),
            HighWatermarks = new(directory.HighWatermarks),
            CleanerPoints = new(directory.CleanerPoints),
        };

        internal Offsets Copy() => new()
        {
            RecoveryPoints = new(RecoveryPoints),
            LogStarts = new(LogStarts),
            HighWatermarks = new(HighWatermarks),
            CleanerPoints = new(CleanerPoints),
        };

        internal bool Remove(TopicPartition partition) =>
            RecoveryPoints.Remove(partition) | LogStarts.Remove(partition) | HighWatermarks.Remove(partition) | CleanerPoints.Remove(partition);

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
