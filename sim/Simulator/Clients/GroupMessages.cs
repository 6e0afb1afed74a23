using System.Buffers.Binary;
using Deterministic.Protocol;
using Deterministic.Protocol.Stored;
using Deterministic.Protocol.Stored.Control;
using Deterministic.Protocol.Wire;

namespace Deterministic.Simulator.Clients;

/// <summary>What members of a classic group tell each other through the coordinator: subscriptions and assignments. Stateless.</summary>
internal static class GroupMessages
{
    private const int VersionBytes = 2;

    internal static Blob Subscription(
        short version, IEnumerable<string> topics, IEnumerable<TopicPartition> owned, int generation)
    {
        var subscription = new ConsumerProtocolSubscription { Topics = Seq<Text>.Of(topics.Select(Text.Of)), GenerationId = generation };
        foreach (var topic in owned.GroupBy(partition => partition.Topic, StringComparer.Ordinal))
        {
            subscription.OwnedPartitions.Add(new ConsumerProtocolSubscription.TopicPartition
            {
                Topic = topic.Key, Partitions = Seq<int>.Of(topic.Select(partition => partition.Partition)),
            });
        }

        return Versioned(StoredCodec.Encode(ref subscription, version, VersionBytes), version);
    }

    internal static (List<string> Topics, List<TopicPartition> Owned, int Generation) ReadSubscription(Blob bytes)
    {
        var version = Math.Min(BinaryPrimitives.ReadInt16BigEndian(bytes.Bytes.Span), ConsumerProtocolSubscription.Info.Last);
        var subscription = StoredCodec.Decode<ConsumerProtocolSubscription>(bytes.Bytes[VersionBytes..], version, out _);
        var owned = new List<TopicPartition>();
        foreach (ref var topic in subscription.OwnedPartitions)
        {
            foreach (var partition in topic.Partitions)
            {
                owned.Add(new TopicPartition(topic.Topic.ToString(), partition));
            }
        }

        return ([.. subscription.Topics.ToArray().Select(topic => topic.ToString())], owned, subscription.GenerationId);
    }

    internal static Blob Assignment(IEnumerable<TopicPartition> partitions)
    {
        var assignment = new ConsumerProtocolAssignment();
        foreach (var topic in partitions.GroupBy(partition => partition.Topic, StringComparer.Ordinal))
        {
            assignment.AssignedPartitions.Add(new ConsumerProtocolAssignment.TopicPartition
            {
                Topic = topic.Key, Partitions = Seq<int>.Of(topic.Select(partition => partition.Partition)),
            });
        }

        return Versioned(StoredCodec.Encode(ref assignment, 1, VersionBytes), 1);
    }

    internal static List<TopicPartition> ReadAssignment(Blob bytes)
    {
        var partitions = new List<TopicPartition>();
        if (bytes.Bytes.Length >= VersionBytes)
        {
            var assignment = StoredCodec.Decode<ConsumerProtocolAssignment>(bytes.Bytes[VersionBytes..], 1, out _);
            foreach (ref var topic in assignment.AssignedPartitions)
            {
                foreach (var partition in topic.Partitions)
                {
                    partitions.Add(new TopicPartition(topic.Topic.ToString(), partition));
                }
            }
        }

        return partitions;
    }

    private static Blob Versioned(byte[] bytes, short version)
    {
        BinaryPrimitives.WriteInt16BigEndian(bytes, version);
        return new Blob(bytes);
    }
}
