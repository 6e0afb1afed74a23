using System.Buffers.Binary;
using System.Collections.Immutable;
using Deterministic.Protocol.Stored;
using Deterministic.Protocol.Stored.Groups;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Replication;
using Current = Deterministic.Protocol.Stored.Groups.ConsumerGroupCurrentMemberAssignmentValue;
using Target = Deterministic.Protocol.Stored.Groups.ConsumerGroupTargetAssignmentMemberValue;

namespace Deterministic.Server.Groups.Consumers;

/// <summary>Builds the records of groups of the consumer protocol, in the versions that Kafka 4.3.1 writes. Stateless.</summary>
public static class ConsumerRecords
{
    private const short Version = 0;

    /// <summary>The group's epoch and what sums up its topics.</summary>
    public static GroupRecord GroupEpoch(Text group, int epoch, long metadataHash)
    {
        var value = new ConsumerGroupMetadataValue { Epoch = epoch, MetadataHash = metadataHash };
        return new GroupRecord(GroupKey(group), Value(ref value));
    }

    /// <summary>Removes the group.</summary>
    public static GroupRecord GroupTombstone(Text group) => new(GroupKey(group), Blob.Null);

    /// <summary>Removes what an older broker wrote of the topics' partitions.</summary>
    public static GroupRecord PartitionMetadataTombstone(Text group)
    {
        var key = new ConsumerGroupPartitionMetadataKey { GroupId = group };
        return new GroupRecord(Key(ref key), Blob.Null);
    }

    /// <summary>A member's metadata.</summary>
    public static GroupRecord Member(Text group, ConsumerMember member)
    {
        var value = new ConsumerGroupMemberMetadataValue
        {
            InstanceId = member.InstanceId,
            RackId = member.RackId,
            ClientId = member.ClientId,
            ClientHost = member.ClientHost,
            SubscribedTopicNames = Seq<Text>.Of(member.SubscribedTopicNames),
            SubscribedTopicRegex = member.SubscribedTopicRegex,
            RebalanceTimeoutMs = member.RebalanceTimeoutMs,
            ServerAssignor = member.ServerAssignor,
            ClassicMemberMetadata = default,
        };
        if (member.Classic is { } classic)
        {
            var facet = new ConsumerGroupMemberMetadataValue.ClassicMember { SessionTimeoutMs = classic.SessionTimeoutMs };
            foreach (var protocol in classic.Protocols)
            {
                facet.SupportedProtocols.Add(new() { Name = protocol.Name, Metadata = protocol.Metadata });
            }

            value.ClassicMemberMetadata = facet;
        }

        return new GroupRecord(MemberKey(group, member.MemberId), Value(ref value));
    }

    /// <summary>Removes a member's metadata.</summary>
    public static GroupRecord MemberTombstone(Text group, Text memberId) => new(MemberKey(group, memberId), Blob.Null);

    /// <summary>The epoch of the target assignment and when it was made.</summary>
    public static GroupRecord TargetEpoch(Text group, int epoch, long timestampMs)
    {
        var value = new ConsumerGroupTargetAssignmentMetadataValue { AssignmentEpoch = epoch, AssignmentTimestamp = timestampMs };
        return new GroupRecord(TargetEpochKey(group), Value(ref value));
    }

    /// <summary>Removes the epoch of the target assignment.</summary>
    public static GroupRecord TargetEpochTombstone(Text group) => new(TargetEpochKey(group), Blob.Null);

    /// <summary>What a member shall have.</summary>
    public static GroupRecord TargetMember(Text group, Text memberId, ImmutableSortedSet<TopicIdPartition> partitions)
    {
        var value = new Target();
        foreach (var partition in partitions)
        {
            if (value.TopicPartitions.Count == 0 || value.TopicPartitions[^1].TopicId != partition.TopicId)
            {
                value.TopicPartitions.Add(new Target.TopicPartition { TopicId = partition.TopicId });
            }

            value.TopicPartitions[^1].Partitions.Add(partition.PartitionId);
        }

        return new GroupRecord(TargetMemberKey(group, memberId), Value(ref value));
    }

    /// <summary>Removes what a member should have.</summary>
    public static GroupRecord TargetMemberTombstone(Text group, Text memberId) => new(TargetMemberKey(group, memberId), Blob.Null);

    /// <summary>What a member has, and its epoch.</summary>
    public static GroupRecord Assignment(Text group, ConsumerMember member)
    {
        var value = new Current
        {
            MemberEpoch = member.MemberEpoch,
            PreviousMemberEpoch = member.PreviousMemberEpoch,
            State = (sbyte)member.State,
            AssignedPartitions = PartitionsOf(member.Assigned),
            PartitionsPendingRevocation = PartitionsOf(member.PendingRevocation),
        };
        return new GroupRecord(AssignmentKey(group, member.MemberId), Value(ref value));
    }

    /// <summary>Removes what a member had.</summary>
    public static GroupRecord AssignmentTombstone(Text group, Text memberId) => new(AssignmentKey(group, memberId), Blob.Null);

    /// <summary>What an expression matched.</summary>
    public static GroupRecord Regex(Text group, Text regex, ResolvedRegex resolved)
    {
        var value = new ConsumerGroupRegularExpressionValue
        {
            Topics = Seq<Text>.Of(resolved.Topics), Version = resolved.Version, Timestamp = resolved.TimestampMs,
        };
        return new GroupRecord(RegexKey(group, regex), Value(ref value));
    }

    /// <summary>Removes an expression that nobody subscribes to.</summary>
    public static GroupRecord RegexTombstone(Text group, Text regex) => new(RegexKey(group, regex), Blob.Null);

    private static Seq<Current.TopicPartitions> PartitionsOf(ImmutableSortedDictionary<TopicIdPartition, int> partitions)
    {
        var topics = new Seq<Current.TopicPartitions>();
        foreach (var (partition, epoch) in partitions)
        {
            if (topics.Count == 0 || topics[^1].TopicId != partition.TopicId)
            {
                topics.Add(new Current.TopicPartitions { TopicId = partition.TopicId });
            }

            topics[^1].Partitions.Add(partition.PartitionId);
            topics[^1].AssignmentEpochs.Add(epoch);
        }

        return topics;
    }

    private static Blob GroupKey(Text group)
    {
        var key = new ConsumerGroupMetadataKey { GroupId = group };
        return Key(ref key);
    }

    private static Blob MemberKey(Text group, Text memberId)
    {
        var key = new ConsumerGroupMemberMetadataKey { GroupId = group, MemberId = memberId };
        return Key(ref key);
    }

    private static Blob TargetEpochKey(Text group)
    {
        var key = new ConsumerGroupTargetAssignmentMetadataKey { GroupId = group };
        return Key(ref key);
    }

    private static Blob TargetMemberKey(Text group, Text memberId)
    {
        var key = new ConsumerGroupTargetAssignmentMemberKey { GroupId = group, MemberId = memberId };
        return Key(ref key);
    }

    private static Blob AssignmentKey(Text group, Text memberId)
    {
        var key = new ConsumerGroupCurrentMemberAssignmentKey { GroupId = group, MemberId = memberId };
        return Key(ref key);
    }

    private static Blob RegexKey(Text group, Text regex)
    {
        var key = new ConsumerGroupRegularExpressionKey { GroupId = group, RegularExpression = regex };
        return Key(ref key);
    }

    private static Blob Key<T>(ref T key)
        where T : struct, IStoredMessage => Framed(StoredCodec.Encode(ref key, Version, GroupRecords.FrameBytes), T.Info.Type);

    private static Blob Value<T>(ref T value)
        where T : struct, IStoredMessage => Framed(StoredCodec.Encode(ref value, Version, GroupRecords.FrameBytes), Version);

    private static Blob Framed(byte[] bytes, short frame)
    {
        BinaryPrimitives.WriteInt16BigEndian(bytes, frame);
        return new Blob(bytes);
    }
}
