using System.Buffers.Binary;
using Deterministic.Protocol.Stored;
using Deterministic.Protocol.Stored.Groups;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups;

/// <summary>Builds the records that a coordinator writes, in the versions that Kafka 4.3.1 writes.</summary>
public static class GroupRecords
{
    /// <summary>Bytes of the record type or version in front of a key or value.</summary>
    public const int FrameBytes = 2;

    private const short KeyVersion = 0;
    private const short OffsetValueVersion = 4;
    private const short ExpiringOffsetValueVersion = 1;
    private const short GroupValueVersion = 3;

    /// <summary>A committed offset. One with a retention of its own takes value version 1, the only one that has a place for it.</summary>
    public static GroupRecord OffsetCommit(Text group, Text topic, int partition, in CommittedOffset offset)
    {
        var value = new OffsetCommitValue
        {
            Offset = offset.Offset,
            LeaderEpoch = offset.LeaderEpoch,
            Metadata = offset.Metadata,
            CommitTimestamp = offset.CommitTimestampMs,
            ExpireTimestamp = offset.ExpireTimestampMs,
            TopicId = offset.TopicId,
        };
        var version = offset.ExpireTimestampMs >= 0 ? ExpiringOffsetValueVersion : OffsetValueVersion;
        return new GroupRecord(OffsetKey(group, topic, partition), Value(ref value, version));
    }

    /// <summary>Removes a committed offset.</summary>
    public static GroupRecord OffsetTombstone(Text group, Text topic, int partition) =>
        new(OffsetKey(group, topic, partition), Blob.Null);

    /// <summary>The group.</summary>
    public static GroupRecord GroupMetadata(Text group, GroupMetadataValue value) => new(GroupKey(group), Value(ref value, GroupValueVersion));

    /// <summary>Removes a group.</summary>
    public static GroupRecord GroupTombstone(Text group) => new(GroupKey(group), Blob.Null);

    /// <summary>The value that tells of the group as it is now, with the assignments of the members.</summary>
    public static GroupMetadataValue ValueOf(ClassicGroup group, Func<ClassicMember, Blob> assignmentOf)
    {
        var value = new GroupMetadataValue
        {
            ProtocolType = group.ProtocolType.IsNull ? Text.Empty : group.ProtocolType,
            Generation = group.GenerationId,
            Protocol = group.ProtocolName,
            Leader = group.LeaderId,
            CurrentStateTimestamp = group.StateTimestampMs,
        };
        foreach (var (_, member) in group.Members)
        {
            value.Members.Add(new GroupMetadataValue.MemberMetadata
            {
                MemberId = member.MemberId,
                GroupInstanceId = member.InstanceId,
                ClientId = member.ClientId,
                ClientHost = member.ClientHost,
                RebalanceTimeout = member.RebalanceTimeoutMs,
                SessionTimeout = member.SessionTimeoutMs,
                Subscription = member.MetadataOf(group.ProtocolName),
                Assignment = assignmentOf(member),
            });
        }

        return value;
    }

    private static Blob OffsetKey(Text group, Text topic, int partition)
    {
        var key = new OffsetCommitKey { Group = group, Topic = topic, Partition = partition };
        return Framed(StoredCodec.Encode(ref key, KeyVersion, FrameBytes), OffsetCommitKey.Info.Type);
    }

    private static Blob GroupKey(Text group)
    {
        var key = new GroupMetadataKey { Group = group };
        return Framed(StoredCodec.Encode(ref key, KeyVersion, FrameBytes), GroupMetadataKey.Info.Type);
    }

    private static Blob Value<T>(ref T value, short version)
        where T : struct, IStoredMessage => Framed(StoredCodec.Encode(ref value, version, FrameBytes), version);

    private static Blob Framed(byte[] bytes, short frame)
    {
        BinaryPrimitives.WriteInt16BigEndian(bytes, frame);
        return new Blob(bytes);
    }
}
