using System.Globalization;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Configs;

namespace Deterministic.Server.Controller;

/// <summary>How topics are made that nobody creates by name: on a client's first question, and the broker's own. Stateless.</summary>
internal static class AutoTopics
{
    private const int TimeoutMs = 30_000;
    private const short DefaultCount = -1;
    private const string CleanupPolicy = "cleanup.policy";
    private const string CompressionType = "compression.type";
    private const string SegmentBytes = "segment.bytes";
    private const string MinInsyncReplicas = "min.insync.replicas";
    private const string UncleanElection = "unclean.leader.election.enable";

    /// <summary>The request that makes the topic.</summary>
    internal static CreateTopicsRequest RequestFor(string name, BrokerConfig config)
    {
        var topic = name switch
        {
            TopicNames.ConsumerOffsets => Offsets(config),
            TopicNames.TransactionState => Transactions(config),
            TopicNames.ShareGroupState => ShareState(config),
            _ => new CreateTopicsRequest.CreatableTopic { NumPartitions = DefaultCount, ReplicationFactor = DefaultCount },
        };
        topic.Name = Text.Of(name);
        return new CreateTopicsRequest { Topics = Seq<CreateTopicsRequest.CreatableTopic>.Of(topic), TimeoutMs = TimeoutMs };
    }

    private static CreateTopicsRequest.CreatableTopic Offsets(BrokerConfig config) => Own(
        config.OffsetsTopicNumPartitions,
        config.OffsetsTopicReplicationFactor,
        (CompressionType, "producer"),
        (CleanupPolicy, "compact"),
        (SegmentBytes, config.OffsetsTopicSegmentBytes.ToString(CultureInfo.InvariantCulture)));

    private static CreateTopicsRequest.CreatableTopic Transactions(BrokerConfig config) => Own(
        config.TransactionStateLogNumPartitions,
        config.TransactionStateLogReplicationFactor,
        (CompressionType, "uncompressed"),
        (CleanupPolicy, "compact"),
        (MinInsyncReplicas, config.TransactionStateLogMinIsr.ToString(CultureInfo.InvariantCulture)),
        (SegmentBytes, config.TransactionStateLogSegmentBytes.ToString(CultureInfo.InvariantCulture)),
        (UncleanElection, "false"));

    private static CreateTopicsRequest.CreatableTopic ShareState(BrokerConfig config) => Own(
        config.Values.Int("share.coordinator.state.topic.num.partitions"),
        config.Values.Int("share.coordinator.state.topic.replication.factor"),
        (CleanupPolicy, "delete"),
        (CompressionType, "none"),
        (MinInsyncReplicas, config.Values.String("share.coordinator.state.topic.min.isr")),
        (SegmentBytes, config.Values.String("share.coordinator.state.topic.segment.bytes")));

    private static CreateTopicsRequest.CreatableTopic Own(
        int partitions, int replicationFactor, params (string Name, string Value)[] configs)
    {
        var topic = new CreateTopicsRequest.CreatableTopic
        {
            NumPartitions = partitions,
            ReplicationFactor = (short)replicationFactor,
        };
        foreach (var (name, value) in configs)
        {
            topic.Configs.Add(new CreateTopicsRequest.CreatableTopicConfig { Name = Text.Of(name), Value = Text.Of(value) });
        }

        return topic;
    }
}
