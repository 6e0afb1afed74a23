using Deterministic.Server.Composition;
using Deterministic.Server.Groups;
using Deterministic.Server.Handlers;
using Deterministic.Server.Transactions;
using Deterministic.Simulator.Disks;
using Deterministic.Simulator.Runs;

namespace Deterministic.Simulator.Observing;

/// <summary>One thorough look at a broker between two steps; files are read once, however many invariants ask. Lives for that look.</summary>
internal sealed class Inspection(BrokerWatch watch)
{
    private readonly Dictionary<WatchedLog, LogScan> _scans = [];

    /// <summary>Who is looked at, over all its lives.</summary>
    internal BrokerWatch Watch => watch;

    /// <summary>The broker.</summary>
    internal SimBroker Broker => watch.Broker;

    /// <summary>The parts of its process.</summary>
    internal NodeParts Parts { get; } = watch.Parts!;

    /// <summary>Its disk, seen from outside.</summary>
    internal DiskWitness Disk => watch.Disk;

    /// <summary>Its wall clock, in milliseconds.</summary>
    internal long NowMs { get; } = watch.NowMs;

    /// <summary>The logs that can be looked at.</summary>
    internal IReadOnlyList<WatchedLog> Logs { get; } = [.. watch.Logs.Where(log => log.IsOpen)];

    /// <summary>The partitions of <c>__consumer_offsets</c> that serve groups, each with its log.</summary>
    internal IEnumerable<(WatchedLog Log, GroupPartition Partition)> GroupPartitions()
    {
        foreach (var log in Logs)
        {
            if (log.Partition is { IsGone: false } && string.Equals(log.Name.Topic, InternalTopics.ConsumerOffsets, StringComparison.Ordinal)
                && Parts.Shards[log.Log!.Group.Shard.Id.Value].Groups.Partitions.TryGetValue(log.Name.Partition, out var partition)
                && partition.State == GroupPartitionState.Active)
            {
                yield return (log, partition);
            }
        }
    }

    /// <summary>The partitions of <c>__transaction_state</c> that serve, each with its log.</summary>
    internal IEnumerable<(WatchedLog Log, TransactionPartition Partition)> TransactionPartitions()
    {
        foreach (var log in Logs)
        {
            if (log.Partition is { IsGone: false } && string.Equals(log.Name.Topic, InternalTopics.TransactionState, StringComparison.Ordinal)
                && Parts.Shards[log.Log!.Group.Shard.Id.Value].Transactions.Partitions.TryGetValue(log.Name.Partition, out var partition)
                && !partition.IsLoading)
            {
                yield return (log, partition);
            }
        }
    }

    /// <summary>What the files of a log hold.</summary>
    internal LogScan Scan(WatchedLog log)
    {
        if (!_scans.TryGetValue(log, out var scan))
        {
            scan = LogScan.Of(Disk, log.Log!, NowMs);
            _scans.Add(log, scan);
        }

        return scan;
    }
}
