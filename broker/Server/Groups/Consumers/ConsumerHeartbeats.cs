using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups.Consumers;

/// <summary>ConsumerGroupHeartbeat: joins, beats and leaves of the consumer protocol. Owned by the coordinator of its shard.</summary>
internal sealed class ConsumerHeartbeats(
    Shard shard, GroupConfig config, IGroupSettings settings, IGroupTopics topics, ConsumerSteps steps, ConsumerChanges changes, GroupMigration migration)
{
    /// <summary>The group's line is free.</summary>
    internal void Handle(
        GroupPartition partition, ConsumerGroupHeartbeatRequest request, GroupClient client, Action<ConsumerGroupHeartbeatResponse> answer)
    {
        var group = partition.Find(request.GroupId);
        if (request.MemberEpoch < 0)
        {
            Leave(group, request, answer);
            return;
        }

        var isJoin = request.MemberEpoch == ConsumerMember.JoinEpoch;
        if (GroupToJoin(group, request.GroupId, isJoin, out var draft) is { } notThisGroup)
        {
            answer(ConsumerAnswers.Refused(notThisGroup));
            return;
        }

        group ??= partition.FindOrAdd(request.GroupId);
        var refusal = Beat(group, draft!, request, client, out var before, out var memberId);
        if (refusal is not null)
        {
            answer(ConsumerAnswers.Refused(refusal));
            partition.MaybeForget(group);
            return;
        }

        if (group.Consumer is null)
        {
            GroupMigration.CloseClassic(group);
        }

        var topicsSeen = topics.Version;
        changes.Write(group, draft!, error =>
        {
            if (error != ErrorCode.None)
            {
                migration.ReopenClassic(group);
                answer(ConsumerAnswers.Refused(error));
                return;
            }

            group.TopicsSeen = topicsSeen;
            Resume(group, memberId);
            answer(AnswerOf(group, request, before, memberId));
        });
    }

    /// <summary>Members that came over from the classic protocol go on as they were; the one that asks was heard of.</summary>
    private void Resume(ClassicGroup group, Text memberId)
    {
        foreach (var (id, member) in group.Consumer!.Members)
        {
            if (id == memberId || !group.Timers.ContainsKey(id))
            {
                changes.Sessions.Touch(group, member);
            }
        }

        changes.Sessions.Follow(group, group.Consumer.Member(memberId)!);
    }

    private GroupRefusal? GroupToJoin(ClassicGroup? group, Text groupId, bool isJoin, out ConsumerDraft? draft)
    {
        draft = null;
        if (group is { IsOfOtherProtocol: true } || (!isJoin && group is { Consumer: null }))
        {
            return new GroupRefusal(ErrorCode.GroupIdNotFound, $"Group {groupId} is not a consumer group.");
        }

        if (group?.Consumer is { } consumer)
        {
            draft = new ConsumerDraft(group.GroupId, consumer);
            return null;
        }

        if (!isJoin)
        {
            return new GroupRefusal(ErrorCode.GroupIdNotFound, $"Consumer group {groupId} not found.");
        }

        if (group is null)
        {
            draft = new ConsumerDraft(groupId.Copy(), ConsumerGroup.Empty);
            return null;
        }

        return migration.Upgrade(group, out draft);
    }

    private GroupRefusal? Beat(
        ClassicGroup group, ConsumerDraft draft, ConsumerGroupHeartbeatRequest request, GroupClient client,
        out ConsumerMember? before, out Text memberId)
    {
        var isJoin = request.MemberEpoch == ConsumerMember.JoinEpoch;
        memberId = request.MemberId.IsNullOrEmpty ? Uuid.FromRandom(shard.Random).ToString() : request.MemberId.Copy();
        before = null;
        if (isJoin && draft.Group.Members.Count >= config.ConsumerMaxSize && draft.Group.Member(memberId) is null)
        {
            Mark.Hit("consumer-group.max-size-reached");
            return new GroupRefusal(
                ErrorCode.GroupMaxSizeReached, $"The consumer group has reached its maximum capacity of {config.ConsumerMaxSize} members.");
        }

        var owned = ConsumerAnswers.OwnedOf(request.TopicPartitions);
        var refusal = ConsumerMembership.Find(draft, memberId, request.InstanceId, request.MemberEpoch, owned, out var member);
        if (refusal is not null)
        {
            return refusal;
        }

        before = member;
        return steps.Take(draft, member!, Update(member!, request, client), owned, group.TopicsSeen);
    }

    private static ConsumerMember Update(ConsumerMember member, in ConsumerGroupHeartbeatRequest request, in GroupClient client) => member with
    {
        InstanceId = request.InstanceId.IsNull ? member.InstanceId : request.InstanceId.Copy(),
        RackId = request.RackId.IsNull ? member.RackId : request.RackId.Copy(),
        RebalanceTimeoutMs = request.RebalanceTimeoutMs == -1 ? member.RebalanceTimeoutMs : request.RebalanceTimeoutMs,
        ServerAssignor = request.ServerAssignor.IsNull ? member.ServerAssignor : request.ServerAssignor.Copy(),
        SubscribedTopicNames = request.SubscribedTopicNames.IsNull ? member.SubscribedTopicNames : NamesOf(request.SubscribedTopicNames),
        SubscribedTopicRegex = request.SubscribedTopicRegex.IsNull ? member.SubscribedTopicRegex : request.SubscribedTopicRegex.Copy(),
        ClientId = client.ClientId.Copy(),
        ClientHost = client.ClientHost.Copy(),
        Classic = null,
    };

    private static System.Collections.Immutable.ImmutableSortedSet<Text> NamesOf(Seq<Text> names)
    {
        var topics = ConsumerMember.NoTopics.ToBuilder();
        foreach (var name in names)
        {
            topics.Add(name.Copy());
        }

        return topics.ToImmutable();
    }

    private ConsumerGroupHeartbeatResponse AnswerOf(
        ClassicGroup group, in ConsumerGroupHeartbeatRequest request, ConsumerMember? before, Text memberId)
    {
        var member = group.Consumer!.Member(memberId)!;
        var isFull = request is { RebalanceTimeoutMs: not -1, TopicPartitions.IsNull: false }
            && !(request.SubscribedTopicNames.IsNull && request.SubscribedTopicRegex.IsNull);
        var response = new ConsumerGroupHeartbeatResponse
        {
            MemberId = memberId,
            MemberEpoch = member.MemberEpoch,
            HeartbeatIntervalMs = config.HeartbeatIntervalMsOf(group.GroupId, settings),
        };
        if (isFull || request.MemberEpoch == ConsumerMember.JoinEpoch || !HasSamePartitions(before!, member))
        {
            response.Assignment = ConsumerAnswers.AssignmentOf(member.Assigned);
        }

        return response;
    }

    private static bool HasSamePartitions(ConsumerMember before, ConsumerMember member) =>
        before.Assigned.Keys.SequenceEqual(member.Assigned.Keys);

    private void Leave(ClassicGroup? group, ConsumerGroupHeartbeatRequest request, Action<ConsumerGroupHeartbeatResponse> answer)
    {
        if (group?.Consumer is not { } consumer)
        {
            var isGone = group is null or { Stored: null, IsOfOtherProtocol: false, Members.Count: 0 };
            var message = isGone ? $"Group {request.GroupId} not found." : $"Group {request.GroupId} is not a consumer group.";
            answer(ConsumerAnswers.Refused(ErrorCode.GroupIdNotFound, message));
            return;
        }

        if (ConsumerMembership.FindToLeave(consumer, group.GroupId, request.MemberId, request.InstanceId, out var member) is { } refusal)
        {
            answer(ConsumerAnswers.Refused(refusal));
            return;
        }

        var response = new ConsumerGroupHeartbeatResponse { MemberId = request.MemberId, MemberEpoch = request.MemberEpoch };
        Action<ErrorCode> done = error => answer(error == ErrorCode.None ? response : ConsumerAnswers.Refused(error));
        if (!request.InstanceId.IsNull && request.MemberEpoch == ConsumerMember.StaticLeaveEpoch)
        {
            Mark.Hit("consumer-group.static-member-away");
            var draft = new ConsumerDraft(group.GroupId, consumer);
            draft.Add(ConsumerRecords.Assignment(group.GroupId, member! with
            {
                MemberEpoch = ConsumerMember.StaticLeaveEpoch,
                State = MemberState.Stable,
                Assigned = member.Assigned,
                PendingRevocation = ConsumerMember.NoPartitions,
            }));
            changes.Write(group, draft, done);
        }
        else
        {
            Mark.Hit("consumer-group.member-left");
            changes.Remove(group, [member!.MemberId], done);
        }
    }
}
