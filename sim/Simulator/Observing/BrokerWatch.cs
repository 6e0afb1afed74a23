using Deterministic.Protocol;
using Deterministic.Raft;
using Deterministic.Server;
using Deterministic.Server.Composition;
using Deterministic.Server.Replication;
using Deterministic.Simulator.Disks;
using Deterministic.Simulator.Invariants;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Worlds;
using Deterministic.Storage;

namespace Deterministic.Simulator.Observing;

/// <summary>
/// Follows one broker through all its lives: notices after each step which logs and images have moved, and tells the
/// invariants of those alone. Owned by the invariant set; lives as long as the run.
/// </summary>
internal sealed class BrokerWatch(SimBroker broker, IReadOnlyList<IInvariant> invariants)
{
    private readonly Dictionary<TopicIdPartition, WatchedLog> _logs = [];
    private readonly List<WatchedLog> _inOrder = [];
    private readonly List<ShardWatch> _shards = [];
    private long _lastWallMs;

    /// <summary>Whom it follows.</summary>
    internal SimBroker Broker => broker;

    /// <summary>Its disk, seen from outside.</summary>
    internal DiskWitness Disk { get; } = new((SimDisk)broker.Node.Disk);

    /// <summary>Every log it ever had, in the order in which they were first seen.</summary>
    internal IReadOnlyList<WatchedLog> Logs => _inOrder;

    /// <summary>The parts of the process that runs; null when there are none.</summary>
    internal NodeParts? Parts => broker.Broker?.Parts;

    /// <summary>Its wall clock, in milliseconds.</summary>
    internal long NowMs => broker.Node.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// The latest time that its wall clock would show if nobody had ever set it back: as much time as the broker, which counts
    /// anew from each of its starts, can believe to have passed.
    /// </summary>
    internal long LatestWallMs { get; private set; }

    /// <summary>The log of that replica; null when there was never one.</summary>
    internal WatchedLog? Find(in TopicIdPartition id) => _logs.GetValueOrDefault(id);

    /// <summary>A shard of the broker has run.</summary>
    internal void AfterStep(int shard)
    {
        // A process that died within its step left its parts in the middle of something.
        var shards = broker.Node.Process is null ? null : broker.Broker?.Shards;
        if (shards is null || shards.Count == 0)
        {
            return;
        }

        NoteTime();

        while (_shards.Count < shards.Count)
        {
            _shards.Add(new ShardWatch());
        }

        var watch = _shards[shard];
        var now = shards[shard];
        if (!ReferenceEquals(watch.Shard, now) || !ReferenceEquals(watch.Image, now.Image) || watch.PartitionCount != now.Partitions.Count)
        {
            Refresh(watch, now);
        }

        foreach (var log in watch.Logs)
        {
            if (log.Partition is { } partition && !ReferenceEquals(partition.Log, log.Log))
            {
                // It has moved to another log directory: what is there must be what was here.
                log.MoveTo(partition.Log);
                OnOpened(log);
            }

            if (log.IsOpen)
            {
                // What compaction is about to rewrite has to be known before.
                var isReconfigured = log.LookAtConfig();
                if (isReconfigured || log.HasMoved)
                {
                    Move(log);
                }
            }
        }
    }

    /// <summary>Looks at all shards, whichever ran.</summary>
    internal void Look()
    {
        for (var i = 0; i < (broker.Broker?.Shards.Count ?? 0); i++)
        {
            AfterStep(i);
        }
    }

    /// <summary>The process has ended.</summary>
    internal void OnDown()
    {
        foreach (var log in _inOrder)
        {
            if (broker.Node.LastEnd == ProcessEnd.PowerLoss)
            {
                log.LosePageCache();
            }

            log.Close();
        }

        _shards.Clear();
    }

    private void Refresh(ShardWatch watch, BrokerShard shard)
    {
        var isNewImage = !ReferenceEquals(watch.Image, shard.Image) && shard.Image.Offset >= 0;
        watch.Shard = shard;
        watch.Image = shard.Image;
        watch.PartitionCount = shard.Partitions.Count;
        foreach (var log in watch.Logs)
        {
            if (log.Partition is { } partition && (!shard.Partitions.TryGetValue(log.Id, out var now) || !ReferenceEquals(now, partition)))
            {
                log.Close();
            }
        }

        watch.Logs.RemoveAll(log => log.Log is null);
        if (shard.Shard.Id.Value == ShardMap.ControllerShard && Parts is { } parts)
        {
            Follow(watch, new TopicIdPartition(Uuid.MetadataTopicId, 0), PartitionMetadataLog.TopicPartition, parts.MetadataLog.Log, null);
        }

        foreach (var (id, partition) in shard.Partitions)
        {
            Follow(watch, id, partition.TopicPartition, partition.Log, partition);
        }

        if (isNewImage)
        {
            foreach (var invariant in invariants)
            {
                invariant.OnImage(this, shard);
            }
        }
    }

    private void Follow(ShardWatch watch, in TopicIdPartition id, TopicPartition name, PartitionLog log, Partition? partition)
    {
        if (!_logs.TryGetValue(id, out var watched))
        {
            watched = new WatchedLog(broker, id, name);
            _logs.Add(id, watched);
            _inOrder.Add(watched);
        }

        // One that moved to another log directory under the same partition is looked at with its shard's logs.
        if (!ReferenceEquals(watched.Log, log) && (partition is null || !ReferenceEquals(watched.Partition, partition)))
        {
            watch.Logs.Add(watched);
            watched.Open(log, partition);
            if (!log.IsOffline)
            {
                OnOpened(watched);
            }
        }
    }

    private void OnOpened(WatchedLog log)
    {
        var found = LogScan.Of(Disk, log.Log!, NowMs);

        // In another log directory, since it moved while it was served or by what a start found: the same batches, in other segments.
        log.History.Relocate(found.Batches);
        foreach (var invariant in invariants)
        {
            invariant.OnOpened(log, found);
        }

        log.Adopt(found);
        Tell(log);
    }

    private void Move(WatchedLog log)
    {
        log.Move(Disk, NowMs);
        Tell(log);
    }

    private void Tell(WatchedLog log)
    {
        foreach (var invariant in invariants)
        {
            invariant.OnMoved(this, log);
        }

        log.ForgetConfigs();
    }

    private void NoteTime()
    {
        var nowMs = NowMs;
        LatestWallMs += Math.Max(0, nowMs - _lastWallMs);
        _lastWallMs = nowMs;
    }
}
