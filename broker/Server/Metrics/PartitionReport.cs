using System.Globalization;
using Deterministic.Protocol;
using Deterministic.Server.Replication;
using Deterministic.Storage;

namespace Deterministic.Server.Metrics;

/// <summary>The metrics of the partitions and logs of one shard. Stateless.</summary>
internal static class PartitionReport
{
    internal static void Write(BrokerShard shard, MetricSet set)
    {
        var producers = 0;
        foreach (var (_, partition) in shard.Partitions)
        {
            var labels = LabelsOf(partition.TopicPartition);
            Log(set, partition.Log, labels);
            Replica(set, partition, labels);
            producers += partition.Log.ProducerCount;
        }

        Gauge(set, "PartitionCount", shard.Partitions.Count);
        Gauge(set, "LeaderCount", shard.Partitions.Values.Count(partition => partition.IsLeader));
        Gauge(set, "OfflineReplicaCount", shard.Partitions.Values.Count(partition => partition.Log.IsOffline));
        Gauge(set, "UnderReplicatedPartitions", shard.Partitions.Values.Count(IsUnderReplicated));
        Gauge(set, "UnderMinIsrPartitionCount", shard.Partitions.Values.Count(partition => IsrOf(partition) < partition.Settings.MinInsyncReplicas));
        Gauge(set, "AtMinIsrPartitionCount", shard.Partitions.Values.Count(partition => IsrOf(partition) == partition.Settings.MinInsyncReplicas));
        Gauge(set, "ProducerIdCount", producers);
        Gauge(set, "ReassigningPartitions", shard.Partitions.Values.Count(partition => !partition.Image.AddingReplicas.IsEmpty || !partition.Image.RemovingReplicas.IsEmpty));
    }

    /// <summary><c>partition="0",topic="orders"</c>.</summary>
    internal static string LabelsOf(TopicPartition partition) => MetricLabels.Of(
        "topic", partition.Topic, "partition", partition.Partition.ToString(CultureInfo.InvariantCulture));

    internal static void Log(MetricSet set, PartitionLog log, string labels)
    {
        set.Gauge("log", "Log", "Size", log.SizeBytes, labels);
        set.Gauge("log", "Log", "NumLogSegments", log.SegmentCount, labels);
        set.Gauge("log", "Log", "LogStartOffset", log.LogStartOffset, labels);
        set.Gauge("log", "Log", "LogEndOffset", log.LogEndOffset, labels);
        var limit = log.Config.RetentionBytes;
        set.Gauge("log", "Log", "RetentionSizeInPercent", limit > 0 ? Math.Floor(100.0 * log.SizeBytes / limit) : 0, labels);
    }

    private static void Replica(MetricSet set, Partition partition, string labels)
    {
        var isr = IsrOf(partition);
        set.Gauge("cluster", "Partition", "ReplicasCount", partition.Image.Replicas.Length, labels);
        set.Gauge("cluster", "Partition", "InSyncReplicasCount", isr, labels);
        set.Gauge("cluster", "Partition", "UnderReplicated", IsUnderReplicated(partition) ? 1 : 0, labels);
        set.Gauge("cluster", "Partition", "UnderMinIsr", isr < partition.Settings.MinInsyncReplicas ? 1 : 0, labels);
        set.Gauge("cluster", "Partition", "AtMinIsr", isr == partition.Settings.MinInsyncReplicas ? 1 : 0, labels);
        set.Gauge("cluster", "Partition", "LastStableOffsetLag", partition.Log.HighWatermark - partition.Log.LastStableOffset, labels);
    }

    private static int IsrOf(Partition partition) => partition.Image.Isr.Length;

    private static bool IsUnderReplicated(Partition partition) => partition.IsLeader && IsrOf(partition) < partition.Image.Replicas.Length;

    private static void Gauge(MetricSet set, string name, double value) => set.Gauge("server", "ReplicaManager", name, value);
}
