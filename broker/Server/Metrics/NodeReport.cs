using System.Globalization;
using Deterministic.Server.Composition;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Metrics;

/// <summary>What a node adds to a scrape once, beside its shards: controller, quorum, metadata, log directories. Runs on shard 0; stateless.</summary>
internal static class NodeReport
{
    internal static void Write(NodeParts parts, NodeStorage storage, NodeState state, MetricSet set)
    {
        var home = parts.Shards[ShardMap.ControllerShard];
        Server(parts, state, set);
        Controller(parts, set, home.Shard.WallClockMs);
        Metadata(home.Image, home.Shard.WallClockMs, set);
        Quorum(parts, set);
        Directories(storage, set);
        PartitionReport.Log(set, parts.MetadataLog.Log, PartitionReport.LabelsOf(Raft.PartitionMetadataLog.TopicPartition));
    }

    private static void Server(NodeParts parts, NodeState state, MetricSet set)
    {
        set.Gauge("server", "KafkaServer", "BrokerState", (int)state);
        set.Add("kafka_server_kafkaserver_clusterid", MetricKind.Gauge, MetricLabels.Of("id", parts.Identity.ClusterId), 1);

        // One replica each: nobody to lag behind, nobody to leave the in-sync replicas.
        set.Meter("server", "ReplicaManager", "IsrShrinksPerSec", 0);
        set.Meter("server", "ReplicaManager", "IsrExpandsPerSec", 0);
        set.Meter("server", "ReplicaManager", "FailedIsrUpdatesPerSec", 0);
    }

    private static void Controller(NodeParts parts, MetricSet set, long nowMs)
    {
        var image = parts.Controller.Committed;
        var isActive = parts.Controller.Raft is { IsFailed: false, LeaderEpoch: > 0 };
        Gauge("ActiveControllerCount", isActive ? 1 : 0);
        Gauge("ActiveBrokerCount", image.Brokers.Values.Count(broker => !broker.IsFenced));
        Gauge("FencedBrokerCount", image.Brokers.Values.Count(broker => broker.IsFenced));
        Gauge("ControlledShutdownBrokerCount", image.Brokers.Values.Count(broker => broker.IsInControlledShutdown));
        Gauge("GlobalTopicCount", image.TopicsById.Count);
        Gauge("GlobalPartitionCount", image.TopicsById.Values.Sum(topic => topic.Partitions.Length));
        Gauge("OfflinePartitionsCount", CountOf(image, partition => partition.Leader == PartitionImage.NoLeader));
        Gauge("PreferredReplicaImbalanceCount", CountOf(image, partition => partition.Leader != partition.Replicas[0]));
        Gauge("LastAppliedRecordOffset", image.Offset);
        Gauge("LastCommittedRecordOffset", parts.Controller.Raft.HighWatermark - 1);
        Gauge("LastAppliedRecordTimestamp", image.TimestampMs);
        Gauge("LastAppliedRecordLagMs", Math.Max(0, nowMs - image.TimestampMs));
        Gauge("MetadataErrorCount", parts.Controller.Raft.IsFailed ? 1 : 0);
        set.Meter("controller", "ControllerStats", "UncleanLeaderElectionsPerSec", 0);

        void Gauge(string name, double value) => set.Gauge("controller", "KafkaController", name, value);
    }

    private static int CountOf(MetadataImage image, Func<PartitionImage, bool> predicate) =>
        image.TopicsById.Values.Sum(topic => topic.Partitions.Count(predicate));

    private static void Metadata(MetadataImage image, long nowMs, MetricSet set)
    {
        const string Sensors = "broker-metadata-metrics";
        set.Sensor(Sensors, "last-applied-record-offset", image.Offset);
        set.Sensor(Sensors, "last-applied-record-timestamp", image.TimestampMs);
        set.Sensor(Sensors, "last-applied-record-lag-ms", Math.Max(0, nowMs - image.TimestampMs));
        set.Gauge("server", "MetadataLoader", "CurrentMetadataVersion", image.MetadataVersion);
        foreach (var (name, level) in image.Features)
        {
            set.Gauge("server", "MetadataLoader", "FinalizedLevel", level, MetricLabels.Of("featureName", CamelCase(name)));
        }
    }

    private static void Quorum(NodeParts parts, MetricSet set)
    {
        const string Sensors = "raft-metrics";
        var raft = parts.Controller.Raft;
        var quorum = parts.Controller.DescribeQuorum();
        set.Sensor(Sensors, "current-leader", quorum.LeaderId);
        set.Sensor(Sensors, "current-epoch", raft.LeaderEpoch);
        set.Sensor(Sensors, "current-vote", quorum.LeaderId);
        set.Add("kafka_server_raft_metrics_current_state", MetricKind.Gauge, MetricLabels.Of("state", "leader"), raft.IsFailed ? 0 : 1);
        set.Sensor(Sensors, "high-watermark", raft.HighWatermark);
        set.Sensor(Sensors, "log-end-offset", raft.LogEndOffset);
        set.Sensor(Sensors, "log-end-epoch", parts.MetadataLog.LastEpoch);
        set.Sensor(Sensors, "number-of-voters", quorum.Voters.Count);
        set.Sensor(Sensors, "number-of-observers", 0);
        set.Sensor(Sensors, "number-unknown-voter-connections", 0);
    }

    private static void Directories(NodeStorage storage, MetricSet set)
    {
        var offline = 0;
        foreach (var directory in storage.LogDirs)
        {
            var isOffline = storage.IsOffline(directory);
            offline += isOffline ? 1 : 0;
            set.Gauge("log", "LogManager", "LogDirectoryOffline", isOffline ? 1 : 0, MetricLabels.Of("logDirectory", directory.Path));
        }

        set.Gauge("log", "LogManager", "OfflineLogDirectoryCount", offline);
    }

    /// <summary>As Kafka's label: metadata.version is metadataVersion.</summary>
    private static string CamelCase(string feature) => string.Concat(feature.Split('.').Select((part, index) =>
        index == 0 ? part : part[..1].ToUpper(CultureInfo.InvariantCulture) + part[1..]));
}
