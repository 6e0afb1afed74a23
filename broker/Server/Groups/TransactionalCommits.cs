using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups.Consumers;

namespace Deterministic.Server.Groups;

/// <summary>
/// TxnOffsetCommit, once its transaction is known to be open: checks who commits and what, and makes the offsets durable as pending
/// ones; the marker of their transaction decides about them. Owned by the coordinator of its shard.
/// </summary>
internal sealed class TransactionalCommits(Shard shard, GroupConfig config, IGroupTopics topics)
{
    internal void Handle(GroupPartition partition, in TxnOffsetCommitRequest request, Action<TxnOffsetCommitResponse> answer)
    {
        var group = partition.Find(request.GroupId);
        var error = Validate(group, request);
        var response = new TxnOffsetCommitResponse();
        var records = new List<GroupRecord>();
        foreach (var topic in request.Topics)
        {
            if (topic.Partitions.Count == 0)
            {
                continue;
            }

            response.Topics.Add(Decide(request, topic, error, records));
        }

        if (records.Count == 0)
        {
            answer(response);
            return;
        }

        var committed = group ?? partition.FindOrAdd(request.GroupId);
        partition.Append(
            committed,
            records,
            appendError =>
            {
                committed.Partition.MaybeForget(committed);
                SetErrors(response, OffsetCommits.OfAppend(appendError));
                answer(response);
            },
            request.ProducerId,
            request.ProducerEpoch);
    }

    /// <summary>The answer that gives every partition the same error.</summary>
    internal static TxnOffsetCommitResponse Failed(in TxnOffsetCommitRequest request, ErrorCode error)
    {
        var response = new TxnOffsetCommitResponse();
        foreach (var topic in request.Topics)
        {
            if (topic.Partitions.Count == 0)
            {
                continue;
            }

            var answer = new TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic { Name = topic.Name };
            foreach (var partition in topic.Partitions)
            {
                Add(ref answer, partition.PartitionIndex, error);
            }

            response.Topics.Add(answer);
        }

        return response;
    }

    private static ErrorCode Validate(ClassicGroup? group, in TxnOffsetCommitRequest request)
    {
        if (group is null)
        {
            return request.GenerationId < 0 ? ErrorCode.None : ErrorCode.IllegalGeneration;
        }

        if (group.Consumer is { } consumer)
        {
            return ConsumerOffsets.ErrorOfTransactionalCommit(consumer, request);
        }

        // Before version 3 nobody says who commits; the producer's epoch is then all that fences.
        if (request.GenerationId < 0 && request.MemberId.IsNullOrEmpty && request.GroupInstanceId.IsNull)
        {
            return ErrorCode.None;
        }

        if (group.IsOfOtherProtocol)
        {
            return ErrorCode.UnknownMemberId;
        }

        var error = GroupMembership.Find(group, request.MemberId, request.GroupInstanceId, request.GenerationId, out _);
        if (error != ErrorCode.None)
        {
            Mark.Hit("txn-offset-commit.member-fenced");
        }

        return error;
    }

    private TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic Decide(
        in TxnOffsetCommitRequest request,
        in TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic topic,
        ErrorCode groupError,
        List<GroupRecord> records)
    {
        var answer = new TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic { Name = topic.Name };
        var count = topics.TryFind(topic.Name.ToString(), out var topicId, out var partitionCount) ? partitionCount : 0;
        foreach (var partition in topic.Partitions)
        {
            var error = OffsetCommits.ErrorOf(config, count, partition.PartitionIndex, partition.CommittedMetadata);
            error = error != ErrorCode.UnknownTopicOrPartition && groupError != ErrorCode.None ? groupError : error;
            if (error == ErrorCode.None)
            {
                var offset = new CommittedOffset(
                    partition.CommittedOffset,
                    partition.CommittedLeaderEpoch,
                    partition.CommittedMetadata.IsNull ? Text.Empty : partition.CommittedMetadata,
                    shard.WallClockMs,
                    ExpireTimestampMs: -1,
                    topicId);
                records.Add(GroupRecords.OffsetCommit(request.GroupId, topic.Name, partition.PartitionIndex, offset));
            }

            Add(ref answer, partition.PartitionIndex, error);
        }

        return answer;
    }

    private static void SetErrors(TxnOffsetCommitResponse response, ErrorCode error)
    {
        if (error == ErrorCode.None)
        {
            return;
        }

        Mark.Hit("txn-offset-commit.append-failed");
        foreach (ref var topic in response.Topics)
        {
            foreach (ref var partition in topic.Partitions)
            {
                partition.ErrorCode = partition.ErrorCode == (short)ErrorCode.None ? (short)error : partition.ErrorCode;
            }
        }
    }

    private static void Add(ref TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic topic, int partition, ErrorCode error) =>
        topic.Partitions.Add(new TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition { PartitionIndex = partition, ErrorCode = (short)error });
}
