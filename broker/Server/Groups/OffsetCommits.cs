using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups.Consumers;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Groups;

/// <summary>OffsetCommit: checks who commits and what, and makes the good ones durable in one batch. Owned by the coordinator of its shard.</summary>
internal sealed class OffsetCommits(Shard shard, GroupConfig config, IGroupTopics topics, MemberSessions sessions, GroupCounters counters)
{
    /// <summary>Since this version an unknown group is called by its own error.</summary>
    private const short GroupIdNotFoundSince = 9;

    /// <summary>Since this version topics are named by id.</summary>
    private const short TopicIdsSince = 10;

    internal void Handle(
        GroupPartition partition, in OffsetCommitRequest request, short version, Action<OffsetCommitResponse> answer)
    {
        var group = partition.Find(request.GroupId);
        var error = group is null ? ErrorOfUnknown(request, version) : Validate(group, request, version);
        var response = new OffsetCommitResponse();
        var records = new List<GroupRecord>();
        foreach (var topic in request.Topics)
        {
            // Kafka answers partitions; a topic without any is not in the answer.
            if (topic.Partitions.Count == 0)
            {
                continue;
            }

            response.Topics.Add(Decide(request, topic, version, error, group?.Consumer, records));
        }

        if (records.Count == 0)
        {
            answer(response);
            return;
        }

        group ??= partition.FindOrAdd(request.GroupId);
        var committed = group;
        partition.Append(group, records, appendError =>
        {
            committed.Partition.MaybeForget(committed);
            counters.CommittedOffsets += appendError == ErrorCode.None ? records.Count : 0;
            SetErrors(response, appendError);
            answer(response);
        });
    }

    /// <summary>The answer that gives every partition the same error.</summary>
    internal static OffsetCommitResponse Failed(in OffsetCommitRequest request, ErrorCode error)
    {
        var response = new OffsetCommitResponse();
        foreach (var topic in request.Topics)
        {
            var answer = new OffsetCommitResponse.OffsetCommitResponseTopic { Name = topic.Name, TopicId = topic.TopicId };
            foreach (var partition in topic.Partitions)
            {
                Add(ref answer, partition.PartitionIndex, error);
            }

            response.Topics.Add(answer);
        }

        return response;
    }

    private static ErrorCode ErrorOfUnknown(in OffsetCommitRequest request, short version)
    {
        // Without a generation it is a consumer that assigns its partitions itself, or an administrator.
        if (request.GenerationIdOrMemberEpoch < 0)
        {
            return ErrorCode.None;
        }

        Mark.Hit("offset-commit.group-unknown");
        return version >= GroupIdNotFoundSince ? ErrorCode.GroupIdNotFound : ErrorCode.IllegalGeneration;
    }

    private ErrorCode Validate(ClassicGroup group, in OffsetCommitRequest request, short version)
    {
        if (group.Consumer is { } consumer)
        {
            return ConsumerOffsets.ErrorOfCommit(consumer, request, version);
        }

        var isAnonymous = request.GenerationIdOrMemberEpoch < 0 && request.MemberId.IsNullOrEmpty && request.GroupInstanceId.IsNull;
        if (group.IsOfOtherProtocol)
        {
            return isAnonymous ? ErrorCode.None : ErrorCode.UnknownMemberId;
        }

        if (request.GenerationIdOrMemberEpoch < 0 && group.State == ClassicGroupState.Empty)
        {
            return ErrorCode.None;
        }

        if (isAnonymous)
        {
            Mark.Hit("offset-commit.by-nobody-into-live-group");
            // The members of a live group own its offsets.
            return ErrorCode.UnknownMemberId;
        }

        var error = GroupMembership.Find(
            group, request.MemberId, request.GroupInstanceId, request.GenerationIdOrMemberEpoch, out var member);
        if (error != ErrorCode.None)
        {
            return error;
        }

        sessions.Touch(group, member!);
        return group.State == ClassicGroupState.CompletingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }

    /// <summary>Whether a partition that was asked for exists and its metadata may be kept.</summary>
    internal static ErrorCode ErrorOf(GroupConfig config, int partitionCount, int partition, Text metadata)
    {
        if (partition < 0 || partition >= partitionCount)
        {
            return ErrorCode.UnknownTopicOrPartition;
        }

        return metadata.ToString().Length > config.OffsetMetadataMaxBytes ? ErrorCode.OffsetMetadataTooLarge : ErrorCode.None;
    }

    /// <summary>What committers are told when the log refused their records.</summary>
    internal static ErrorCode OfAppend(ErrorCode error) => error is ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge
        ? ErrorCode.InvalidCommitOffsetSize
        : GroupAnswers.OfAppend(error);

    private OffsetCommitResponse.OffsetCommitResponseTopic Decide(
        in OffsetCommitRequest request,
        in OffsetCommitRequest.OffsetCommitRequestTopic topic,
        short version,
        ErrorCode groupError,
        ConsumerGroup? consumer,
        List<GroupRecord> records)
    {
        var answer = new OffsetCommitResponse.OffsetCommitResponseTopic { Name = topic.Name, TopicId = topic.TopicId };
        var (name, topicId, count) = Find(topic, version);
        foreach (var partition in topic.Partitions)
        {
            var error = ErrorOf(partition, version, count, groupError);
            if (error == ErrorCode.None && consumer is not null)
            {
                error = ConsumerOffsets.ErrorOfCommit(consumer, request, new TopicIdPartition(topicId, partition.PartitionIndex));
            }

            if (error == ErrorCode.None)
            {
                records.Add(RecordOf(request, name, topicId, partition));
            }

            Add(ref answer, partition.PartitionIndex, error);
        }

        return answer;
    }

    private ErrorCode ErrorOf(
        in OffsetCommitRequest.OffsetCommitRequestPartition partition, short version, int partitionCount, ErrorCode groupError)
    {
        if (partitionCount < 0)
        {
            Mark.Hit("offset-commit.topic-unknown");
            return version >= TopicIdsSince ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition;
        }

        var error = ErrorOf(config, partitionCount, partition.PartitionIndex, partition.CommittedMetadata);
        return error != ErrorCode.UnknownTopicOrPartition && groupError != ErrorCode.None ? groupError : error;
    }

    private (Text Name, Uuid TopicId, int PartitionCount) Find(in OffsetCommitRequest.OffsetCommitRequestTopic topic, short version)
    {
        if (version >= TopicIdsSince)
        {
            return topics.TryFind(topic.TopicId, out var name, out var count) ? (name, topic.TopicId, count) : (default, default, -1);
        }

        return topics.TryFind(topic.Name.ToString(), out var id, out var partitionCount)
            ? (topic.Name, id, partitionCount)
            : (topic.Name, default, -1);
    }

    private GroupRecord RecordOf(
        in OffsetCommitRequest request, Text topic, Uuid topicId, in OffsetCommitRequest.OffsetCommitRequestPartition partition)
    {
        var nowMs = shard.WallClockMs;
        var offset = new CommittedOffset(
            partition.CommittedOffset,
            partition.CommittedLeaderEpoch,
            partition.CommittedMetadata.IsNull ? Text.Empty : partition.CommittedMetadata,
            nowMs,
            request.RetentionTimeMs >= 0 ? nowMs + request.RetentionTimeMs : -1,
            topicId);
        return GroupRecords.OffsetCommit(request.GroupId, topic, partition.PartitionIndex, offset);
    }

    private static void SetErrors(OffsetCommitResponse response, ErrorCode appendError)
    {
        var error = OfAppend(appendError);
        if (error == ErrorCode.None)
        {
            return;
        }

        Mark.Hit("offset-commit.append-failed");
        foreach (ref var topic in response.Topics)
        {
            foreach (ref var partition in topic.Partitions)
            {
                partition.ErrorCode = partition.ErrorCode == (short)ErrorCode.None ? (short)error : partition.ErrorCode;
            }
        }
    }

    private static void Add(ref OffsetCommitResponse.OffsetCommitResponseTopic topic, int partition, ErrorCode error) =>
        topic.Partitions.Add(new OffsetCommitResponse.OffsetCommitResponsePartition { PartitionIndex = partition, ErrorCode = (short)error });
}
