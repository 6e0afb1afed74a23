using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups.Consumers;

namespace Deterministic.Server.Groups;

/// <summary>DeleteGroups and OffsetDelete: what nobody uses goes, with tombstones. Owned by the coordinator of its shard.</summary>
internal sealed class GroupDeletions(IGroupTopics topics)
{
    /// <summary>Whether a group has neither members nor any on their way.</summary>
    internal static bool IsEmpty(ClassicGroup group) => group.Consumer is { } consumer
        ? consumer.Members.IsEmpty
        : group is { State: ClassicGroupState.Empty, PendingJoins.Count: 0 };

    /// <summary>The records that remove a group itself, if any record says that it is there.</summary>
    internal static IEnumerable<GroupRecord> GroupTombstones(ClassicGroup group)
    {
        if (group.Consumer is { } consumer)
        {
            return GroupMigration.Tombstones(group.GroupId, consumer);
        }

        return group.Stored is null ? [] : [GroupRecords.GroupTombstone(group.GroupId)];
    }

    /// <summary>Removes a group without members, and its offsets. No append of it is under way.</summary>
    internal static void Delete(ClassicGroup? group, Action<ErrorCode> answer)
    {
        if (group is null or { State: ClassicGroupState.Dead } || group.IsOfOtherProtocol)
        {
            answer(ErrorCode.GroupIdNotFound);
            return;
        }

        if (!IsEmpty(group))
        {
            Mark.Hit("group-delete.not-empty");
            answer(ErrorCode.NonEmptyGroup);
            return;
        }

        var records = new List<GroupRecord>();
        foreach (var (topic, partition) in group.Offsets.Keys())
        {
            records.Add(GroupRecords.OffsetTombstone(group.GroupId, topic, partition));
        }

        records.AddRange(GroupTombstones(group));
        if (records.Count == 0)
        {
            // A member id was given out and expired; nothing durable is left of it.
            group.Partition.MaybeForget(group);
            answer(ErrorCode.GroupIdNotFound);
            return;
        }

        Mark.Hit("group-delete.deleted");
        group.Line.Enter();
        group.Partition.Append(group, records, error =>
        {
            answer(GroupAnswers.OfAppend(error));
            group.Partition.Post(() =>
            {
                group.Line.Leave();
                group.Partition.MaybeForget(group);
            });
        });
    }

    /// <summary>Removes committed offsets of topics that no member subscribes to.</summary>
    internal void DeleteOffsets(ClassicGroup? group, in OffsetDeleteRequest request, Action<OffsetDeleteResponse> answer)
    {
        var response = new OffsetDeleteResponse
        {
            ErrorCode = (short)(request.GroupId.IsNullOrEmpty ? ErrorCode.InvalidGroupId : ErrorOf(group)),
        };
        if (group is null || response.ErrorCode != (short)ErrorCode.None)
        {
            answer(response);
            return;
        }

        var records = new List<GroupRecord>();
        var subscribed = group.Consumer?.SubscribedTopics();
        foreach (var topic in request.Topics)
        {
            if (topic.Partitions.Count == 0)
            {
                continue;
            }

            var isSubscribed = subscribed?.Contains(topic.Name) ?? IsSubscribed(group, topic.Name);
            response.Topics.Add(Decide(group, topic, isSubscribed, records));
        }

        if (records.Count == 0)
        {
            answer(response);
            return;
        }

        group.Partition.Append(group, records, error =>
        {
            group.Partition.MaybeForget(group);
            answer(error == ErrorCode.None ? response : new OffsetDeleteResponse { ErrorCode = (short)GroupAnswers.OfAppend(error) });
        });
    }

    private static ErrorCode ErrorOf(ClassicGroup? group)
    {
        if (group is null or { State: ClassicGroupState.Dead })
        {
            return ErrorCode.GroupIdNotFound;
        }

        // Of other groups we do not know what they subscribe to.
        var isOpaque = group.IsOfOtherProtocol
            || (group.Consumer is null && group.State != ClassicGroupState.Empty && !group.IsConsumerProtocol);
        return isOpaque ? ErrorCode.NonEmptyGroup : ErrorCode.None;
    }

    private static bool IsSubscribed(ClassicGroup group, Text topic) =>
        group.State != ClassicGroupState.Empty && (group.SubscribedTopics?.Contains(topic) ?? group.IsConsumerProtocol);

    private OffsetDeleteResponse.OffsetDeleteResponseTopic Decide(
        ClassicGroup group, in OffsetDeleteRequest.OffsetDeleteRequestTopic topic, bool isSubscribed, List<GroupRecord> records)
    {
        var answer = new OffsetDeleteResponse.OffsetDeleteResponseTopic { Name = topic.Name };
        var exists = topics.TryFind(topic.Name.ToString(), out _, out var partitionCount);
        foreach (var partition in topic.Partitions)
        {
            var error = ErrorCode.None;
            if (!exists || partition.PartitionIndex < 0 || partition.PartitionIndex >= partitionCount)
            {
                error = ErrorCode.UnknownTopicOrPartition;
            }
            else if (isSubscribed)
            {
                Mark.Hit("offset-delete.subscribed");
                error = ErrorCode.GroupSubscribedToTopic;
            }
            else if (group.Offsets.TryGet(topic.Name, partition.PartitionIndex, out _) || group.Offsets.IsPending(topic.Name, partition.PartitionIndex))
            {
                Mark.Hit("offset-delete.deleted");
                records.Add(GroupRecords.OffsetTombstone(group.GroupId, topic.Name, partition.PartitionIndex));
            }

            answer.Partitions.Add(new OffsetDeleteResponse.OffsetDeleteResponseTopic.OffsetDeleteResponsePartition
            {
                PartitionIndex = partition.PartitionIndex, ErrorCode = (short)error,
            });
        }

        return answer;
    }
}
