using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups.Consumers;
using Group = Deterministic.Protocol.Apis.OffsetFetchResponse.OffsetFetchResponseGroup;
using Partition = Deterministic.Protocol.Apis.OffsetFetchResponse.OffsetFetchResponsePartitions;
using Topic = Deterministic.Protocol.Apis.OffsetFetchResponse.OffsetFetchResponseTopics;

namespace Deterministic.Server.Groups;

/// <summary>OffsetFetch: what a group committed. No offset is no error: offset -1. Reads only; owned by the coordinator of its shard.</summary>
internal sealed class OffsetFetches(IGroupTopics topics)
{
    private const short TopicIdsSince = 10;

    internal Group Handle(
        ClassicGroup? group, in OffsetFetchRequest.OffsetFetchRequestGroup request, bool requireStable, short version)
    {
        var answer = new Group { GroupId = request.GroupId };
        if (group?.Consumer is { } consumer && ConsumerOffsets.ErrorOfFetch(consumer, request) is not ErrorCode.None and var error)
        {
            answer.ErrorCode = (short)error;
            return answer;
        }

        if (request.Topics.IsNull)
        {
            AddAll(ref answer, group, requireStable, version);
            return answer;
        }

        foreach (var topic in request.Topics)
        {
            answer.Topics.Add(version >= TopicIdsSince
                ? TopicById(group, topic, requireStable)
                : TopicByName(group, topic.Name, topic.TopicId, topic.PartitionIndexes, requireStable));
        }

        return answer;
    }

    private void AddAll(ref Group answer, ClassicGroup? group, bool requireStable, short version)
    {
        if (group is null)
        {
            return;
        }

        foreach (var (name, partitions) in group.Offsets.Topics)
        {
            var id = default(Uuid);
            if (version >= TopicIdsSince && !topics.TryFind(name.ToString(), out id, out _))
            {
                // It was deleted, and a client that speaks in ids could not be told of it.
                continue;
            }

            answer.Topics.Add(TopicByName(group, name, id, Seq<int>.Of(partitions.Keys), requireStable));
        }
    }

    private Topic TopicById(
        ClassicGroup? group, in OffsetFetchRequest.OffsetFetchRequestTopics topic, bool requireStable)
    {
        if (topics.TryFind(topic.TopicId, out var name, out _))
        {
            return TopicByName(group, name, topic.TopicId, topic.PartitionIndexes, requireStable);
        }

        var answer = new Topic { TopicId = topic.TopicId };
        foreach (var index in topic.PartitionIndexes)
        {
            answer.Partitions.Add(NoOffset(index, ErrorCode.UnknownTopicId));
        }

        return answer;
    }

    private static Topic TopicByName(ClassicGroup? group, Text name, Uuid id, Seq<int> indexes, bool requireStable)
    {
        var answer = new Topic { Name = name, TopicId = id };
        foreach (var index in indexes)
        {
            answer.Partitions.Add(PartitionOf(group, name, index, requireStable));
        }

        return answer;
    }

    private static Partition PartitionOf(ClassicGroup? group, Text topic, int index, bool requireStable)
    {
        if (group is not null && requireStable && group.Offsets.IsPending(topic, index))
        {
            return NoOffset(index, ErrorCode.UnstableOffsetCommit);
        }

        if (group is null || !group.Offsets.TryGet(topic, index, out var offset))
        {
            return NoOffset(index, ErrorCode.None);
        }

        return new Partition
        {
            PartitionIndex = index,
            CommittedOffset = offset.Offset,
            CommittedLeaderEpoch = offset.LeaderEpoch,
            Metadata = offset.Metadata,
        };
    }

    private static Partition NoOffset(int index, ErrorCode error) => new()
    {
        PartitionIndex = index,
        CommittedOffset = -1,
        Metadata = Text.Empty,
        ErrorCode = (short)error,
    };
}
