using System.Buffers.Binary;
using System.Collections.Immutable;
using Deterministic.Protocol.Stored;
using Deterministic.Protocol.Stored.Groups;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Replication;
using Current = Deterministic.Protocol.Stored.Groups.ConsumerGroupCurrentMemberAssignmentValue;

namespace Deterministic.Server.Groups.Consumers;

/// <summary>
/// Applies one record to a group of the consumer protocol: the only code that changes it, whether the record was just decided,
/// became durable, or was read from the log. A compacted log lacks records that others superseded, so none of them needs what
/// came before it. Stateless.
/// </summary>
internal static class ConsumerReplay
{
    /// <summary>Whether records of that type belong to the consumer protocol.</summary>
    internal static bool Knows(short type) => type is >= 3 and <= 8 or 16;

    /// <summary>The group after the record; null when the record removes it.</summary>
    internal static ConsumerGroup? Apply(ConsumerGroup? group, ReadOnlyMemory<byte> key, Blob value)
    {
        var body = key[GroupRecords.FrameBytes..];
        if (group is null && value.IsNull)
        {
            return null;
        }

        group ??= ConsumerGroup.Empty;
        return BinaryPrimitives.ReadInt16BigEndian(key.Span) switch
        {
            2 => group, // The classic group that it was, or becomes.
            3 => value.IsNull ? null : WithEpoch(group, Read<ConsumerGroupMetadataValue>(value)),
            4 => group with { HasPartitionMetadata = !value.IsNull },
            5 => WithMember(group, StoredCodec.Decode<ConsumerGroupMemberMetadataKey>(body, 0, out _).MemberId, value),
            6 => value.IsNull ? group with { TargetEpoch = ConsumerGroup.FirstEpoch, TargetTimestampMs = 0 } : WithTarget(group, value),
            7 => WithTargetOf(group, StoredCodec.Decode<ConsumerGroupTargetAssignmentMemberKey>(body, 0, out _).MemberId, value),
            8 => WithAssignment(group, StoredCodec.Decode<ConsumerGroupCurrentMemberAssignmentKey>(body, 0, out _).MemberId, value),
            16 => WithRegex(group, StoredCodec.Decode<ConsumerGroupRegularExpressionKey>(body, 0, out _).RegularExpression, value),
            var type => throw new InvalidOperationException($"record type {type} is none of the consumer protocol"),
        };
    }

    private static ConsumerGroup WithEpoch(ConsumerGroup group, in ConsumerGroupMetadataValue value) =>
        group with { GroupEpoch = value.Epoch, MetadataHash = value.MetadataHash };

    private static ConsumerGroup WithTarget(ConsumerGroup group, Blob value)
    {
        var target = Read<ConsumerGroupTargetAssignmentMetadataValue>(value);
        return group with { TargetEpoch = target.AssignmentEpoch, TargetTimestampMs = target.AssignmentTimestamp };
    }

    private static ConsumerGroup WithMember(ConsumerGroup group, Text memberId, Blob value)
    {
        if (value.IsNull)
        {
            return group.Without(memberId);
        }

        var stored = Read<ConsumerGroupMemberMetadataValue>(value);
        return group.With(MemberOf(group, memberId) with
        {
            InstanceId = stored.InstanceId.Copy(),
            RackId = stored.RackId.Copy(),
            ClientId = stored.ClientId.Copy(),
            ClientHost = stored.ClientHost.Copy(),
            RebalanceTimeoutMs = stored.RebalanceTimeoutMs,
            SubscribedTopicNames = TopicsOf(stored.SubscribedTopicNames),
            SubscribedTopicRegex = stored.SubscribedTopicRegex.Copy(),
            ServerAssignor = stored.ServerAssignor.Copy(),
            Classic = stored.ClassicMemberMetadata.HasValue ? FacetOf(stored.ClassicMemberMetadata.Value) : null,
        });
    }

    private static ConsumerGroup WithTargetOf(ConsumerGroup group, Text memberId, Blob value)
    {
        if (value.IsNull)
        {
            return group with { Targets = group.Targets.Remove(memberId) };
        }

        var partitions = ImmutableSortedSet.CreateBuilder<TopicIdPartition>();
        foreach (var topic in Read<ConsumerGroupTargetAssignmentMemberValue>(value).TopicPartitions)
        {
            foreach (var partition in topic.Partitions)
            {
                partitions.Add(new TopicIdPartition(topic.TopicId, partition));
            }
        }

        return group with { Targets = group.Targets.SetItem(memberId.Copy(), partitions.ToImmutable()) };
    }

    private static ConsumerGroup WithAssignment(ConsumerGroup group, Text memberId, Blob value)
    {
        if (value.IsNull)
        {
            return group.Member(memberId) is not { } known
                ? group
                : group.With(known with
                {
                    MemberEpoch = ConsumerMember.LeaveEpoch,
                    PreviousMemberEpoch = ConsumerMember.LeaveEpoch,
                    State = MemberState.Stable,
                    Assigned = ConsumerMember.NoPartitions,
                    PendingRevocation = ConsumerMember.NoPartitions,
                });
        }

        var stored = Read<Current>(value);
        return group.With(MemberOf(group, memberId) with
        {
            MemberEpoch = stored.MemberEpoch,
            PreviousMemberEpoch = stored.PreviousMemberEpoch,
            State = (MemberState)stored.State,
            Assigned = PartitionsOf(stored.AssignedPartitions, stored.MemberEpoch),
            PendingRevocation = PartitionsOf(stored.PartitionsPendingRevocation, stored.MemberEpoch),
        });
    }

    private static ConsumerGroup WithRegex(ConsumerGroup group, Text regex, Blob value)
    {
        if (value.IsNull)
        {
            return group with { Regexes = group.Regexes.Remove(regex) };
        }

        var stored = Read<ConsumerGroupRegularExpressionValue>(value);
        var resolved = new ResolvedRegex(TopicsOf(stored.Topics), stored.Version, stored.Timestamp);
        return group with { Regexes = group.Regexes.SetItem(regex.Copy(), resolved) };
    }

    private static ConsumerMember MemberOf(ConsumerGroup group, Text memberId) =>
        group.Member(memberId) ?? new ConsumerMember { MemberId = memberId.Copy() };

    private static ImmutableSortedSet<Text> TopicsOf(Seq<Text> names)
    {
        var topics = ConsumerMember.NoTopics.ToBuilder();
        foreach (var name in names)
        {
            topics.Add(name.Copy());
        }

        return topics.ToImmutable();
    }

    /// <summary>Records of brokers before 4.3 do not say in which epoch a partition was given: then in the member's.</summary>
    private static ImmutableSortedDictionary<TopicIdPartition, int> PartitionsOf(Seq<Current.TopicPartitions> topics, int memberEpoch)
    {
        var partitions = ConsumerMember.NoPartitions.ToBuilder();
        foreach (var topic in topics)
        {
            for (var i = 0; i < topic.Partitions.Count; i++)
            {
                var epoch = i < topic.AssignmentEpochs.Count ? topic.AssignmentEpochs[i] : memberEpoch;
                partitions[new TopicIdPartition(topic.TopicId, topic.Partitions[i])] = epoch;
            }
        }

        return partitions.ToImmutable();
    }

    private static ClassicFacet FacetOf(in ConsumerGroupMemberMetadataValue.ClassicMember stored)
    {
        var protocols = new List<GroupProtocol>();
        foreach (var protocol in stored.SupportedProtocols)
        {
            protocols.Add(new GroupProtocol(protocol.Name.Copy(), protocol.Metadata.Copy()));
        }

        return new ClassicFacet(stored.SessionTimeoutMs, protocols);
    }

    private static T Read<T>(Blob value)
        where T : struct, IStoredMessage =>
        StoredCodec.Decode<T>(value.Bytes[GroupRecords.FrameBytes..], BinaryPrimitives.ReadInt16BigEndian(value.Bytes.Span), out _);
}
