using System.Buffers.Binary;
using Deterministic.Protocol.Stored;
using Deterministic.Protocol.Stored.Control;
using Deterministic.Protocol.Wire;

namespace Deterministic.Host.Client;

/// <summary>The embedded consumer protocol: two bytes of version, then subscription or assignment. Stateless.</summary>
internal static class ConsumerProtocolCodec
{
    private const int VersionBytes = 2;
    private const short WrittenVersion = 1;

    /// <summary>A subscription to topics.</summary>
    public static Blob EncodeSubscription(IEnumerable<string> topics)
    {
        var subscription = new ConsumerProtocolSubscription { Topics = Seq<Text>.Of(topics.Select(Text.Of)) };
        return Versioned(StoredCodec.Encode(ref subscription, WrittenVersion, VersionBytes));
    }

    /// <summary>The topics of a subscription.</summary>
    public static IReadOnlyList<string> DecodeSubscription(Blob bytes)
    {
        var version = VersionOf(bytes, ConsumerProtocolSubscription.Info.Last);
        var subscription = StoredCodec.Decode<ConsumerProtocolSubscription>(bytes.Bytes[VersionBytes..], version, out _);
        return Array.ConvertAll(subscription.Topics.ToArray(), topic => topic.ToString());
    }

    /// <summary>An assignment of partitions.</summary>
    public static Blob EncodeAssignment(IEnumerable<TopicAndPartition> partitions)
    {
        var assignment = new ConsumerProtocolAssignment();
        foreach (var topic in partitions.GroupBy(partition => partition.Topic, StringComparer.Ordinal))
        {
            assignment.AssignedPartitions.Add(new ConsumerProtocolAssignment.TopicPartition
            {
                Topic = topic.Key, Partitions = Seq<int>.Of(topic.Select(partition => partition.Partition)),
            });
        }

        return Versioned(StoredCodec.Encode(ref assignment, WrittenVersion, VersionBytes));
    }

    /// <summary>The partitions of an assignment; none when a member has none yet.</summary>
    public static IReadOnlyList<TopicAndPartition> DecodeAssignment(Blob bytes)
    {
        if (bytes.Bytes.Length < VersionBytes)
        {
            return [];
        }

        var version = VersionOf(bytes, ConsumerProtocolAssignment.Info.Last);
        var assignment = StoredCodec.Decode<ConsumerProtocolAssignment>(bytes.Bytes[VersionBytes..], version, out _);
        var partitions = new List<TopicAndPartition>();
        foreach (var topic in assignment.AssignedPartitions)
        {
            foreach (var partition in topic.Partitions)
            {
                partitions.Add(new TopicAndPartition(topic.Topic.ToString(), partition));
            }
        }

        return partitions;
    }

    // A later version only adds fields behind those we know.
    private static short VersionOf(Blob bytes, short last) =>
        Math.Min(BinaryPrimitives.ReadInt16BigEndian(bytes.Bytes.Span), last);

    private static Blob Versioned(byte[] bytes)
    {
        BinaryPrimitives.WriteInt16BigEndian(bytes, WrittenVersion);
        return new Blob(bytes);
    }
}
