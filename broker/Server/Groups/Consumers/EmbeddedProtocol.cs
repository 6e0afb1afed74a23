using System.Buffers.Binary;
using System.Collections.Immutable;
using Deterministic.Protocol.Stored;
using Deterministic.Protocol.Stored.Control;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Groups.Consumers;

/// <summary>
/// Translates between the consumer protocol and what consumers of the classic protocol embed in their metadata and assignments:
/// topics by name there, by id here. Owned by the coordinator of its shard.
/// </summary>
internal sealed class EmbeddedProtocol(IGroupTopics topics)
{
    private const int VersionBytes = 2;

    /// <summary>The subscription in a member's metadata; false when it is none.</summary>
    internal static bool TryReadSubscription(Blob metadata, out ConsumerProtocolSubscription subscription) =>
        TryRead(metadata, ConsumerProtocolSubscription.Info.Last, out subscription);

    /// <summary>The version of embedded metadata.</summary>
    internal static short VersionOf(Blob metadata) =>
        metadata.Bytes.Length < VersionBytes ? (short)0 : BinaryPrimitives.ReadInt16BigEndian(metadata.Bytes.Span);

    /// <summary>The topics of a subscription, in memory of their own.</summary>
    internal static ImmutableSortedSet<Text> TopicsOf(in ConsumerProtocolSubscription subscription)
    {
        var names = ConsumerMember.NoTopics.ToBuilder();
        foreach (var topic in subscription.Topics)
        {
            names.Add(topic.Copy());
        }

        return names.ToImmutable();
    }

    /// <summary>What the member says it owns.</summary>
    internal IReadOnlySet<TopicIdPartition> OwnedOf(in ConsumerProtocolSubscription subscription)
    {
        var owned = new HashSet<TopicIdPartition>();
        foreach (var topic in subscription.OwnedPartitions)
        {
            Add(owned, topic.Topic, topic.Partitions);
        }

        return owned;
    }

    /// <summary>
    /// A member of a classic group as one of the consumer protocol; null when its metadata cannot be read. While a rebalance is
    /// under way it has no assignment: then it has what it owned when it joined. <paramref name="taken"/> is what members before it have.
    /// </summary>
    internal ConsumerMember? MemberOf(ClassicGroup group, ClassicMember member, int epoch, HashSet<TopicIdPartition> taken)
    {
        var metadata = group.ProtocolName.IsNull ? member.Protocols[0].Metadata : member.MetadataOf(group.ProtocolName);
        if (!TryReadSubscription(metadata, out var subscription))
        {
            return null;
        }

        var owned = OwnedOf(subscription);
        if (member.Assignment.Bytes.Length > 0)
        {
            if (!TryRead(member.Assignment, ConsumerProtocolAssignment.Info.Last, out ConsumerProtocolAssignment assignment)
                || assignment.UserData.Bytes.Length > 0)
            {
                return null;
            }

            var assigned = new HashSet<TopicIdPartition>();
            foreach (var topic in assignment.AssignedPartitions)
            {
                Add(assigned, topic.Topic, topic.Partitions);
            }

            owned = assigned;
        }

        return new ConsumerMember
        {
            MemberId = member.MemberId,
            InstanceId = member.InstanceId,
            RackId = subscription.RackId.Copy(),
            ClientId = member.ClientId,
            ClientHost = member.ClientHost,
            RebalanceTimeoutMs = member.RebalanceTimeoutMs,
            SubscribedTopicNames = TopicsOf(subscription),
            Classic = new ClassicFacet(member.SessionTimeoutMs, member.Protocols),
            MemberEpoch = epoch,
            PreviousMemberEpoch = epoch,
            Assigned = owned.Where(taken.Add).ToImmutableSortedDictionary(partition => partition, _ => epoch),
        };
    }

    /// <summary>What the member has, as it reads it in its protocol's version.</summary>
    internal Blob AssignmentOf(ConsumerMember member, short version)
    {
        var assignment = new ConsumerProtocolAssignment();
        foreach (var topic in member.Assigned.Keys.GroupBy(partition => partition.TopicId))
        {
            if (topics.TryFind(topic.Key, out var name, out _))
            {
                assignment.AssignedPartitions.Add(new ConsumerProtocolAssignment.TopicPartition
                {
                    Topic = name, Partitions = Seq<int>.Of(topic.Select(partition => partition.PartitionId)),
                });
            }
        }

        version = Math.Clamp(version, ConsumerProtocolAssignment.Info.First, ConsumerProtocolAssignment.Info.Last);
        var bytes = StoredCodec.Encode(ref assignment, version, VersionBytes);
        BinaryPrimitives.WriteInt16BigEndian(bytes, version);
        return new Blob(bytes);
    }

    private void Add(HashSet<TopicIdPartition> partitions, Text topic, Seq<int> indexes)
    {
        if (topics.TryFind(topic.ToString(), out var id, out _))
        {
            foreach (var index in indexes)
            {
                partitions.Add(new TopicIdPartition(id, index));
            }
        }
    }

    private static bool TryRead<T>(Blob blob, short lastVersion, out T message)
        where T : struct, IStoredMessage
    {
        message = new T();
        if (blob.Bytes.Length < VersionBytes || BinaryPrimitives.ReadInt16BigEndian(blob.Bytes.Span) is not (>= 0 and var version))
        {
            return false;
        }

        try
        {
            // Later versions only add fields behind those of the last one we know.
            message = StoredCodec.Decode<T>(blob.Bytes[VersionBytes..], Math.Min(version, lastVersion), out _);
            return true;
        }
        catch (MalformedMessageException)
        {
            return false;
        }
    }
}
