using Deterministic.Protocol;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Groups.Consumers;

/// <summary>
/// The steps that a member takes with every request, whichever protocol it speaks: subscription, epoch, target, and its own way
/// there. Owned by the coordinator of its shard.
/// </summary>
internal sealed class ConsumerSteps(Subscribing subscribing, TargetAssignments targets, IGroupTopics topics)
{
    /// <summary>Takes up what a member says and moves it on. Its state after that is in the draft.</summary>
    internal GroupRefusal? Take(
        ConsumerDraft draft, ConsumerMember before, ConsumerMember after, IReadOnlySet<TopicIdPartition>? owned, long topicsSeen)
    {
        if (subscribing.Update(draft, before, after, topicsSeen) is { } refusal)
        {
            return refusal;
        }

        targets.MaybeAssign(draft);
        var member = draft.Group.Member(after.MemberId)!;
        var next = Reconciliation.Step(draft.Group, member, owned, SubscribedBy(draft.Group, member));
        if (!next.HasAssignmentOf(member))
        {
            draft.Add(ConsumerRecords.Assignment(draft.GroupId, next));
        }

        return null;
    }

    /// <summary>Takes members out.</summary>
    internal void Remove(ConsumerDraft draft, IEnumerable<Text> memberIds)
    {
        foreach (var memberId in memberIds)
        {
            AddTombstones(draft, memberId);
        }

        subscribing.OnMembersGone(draft);
    }

    /// <summary>The records that end a member.</summary>
    internal static void AddTombstones(ConsumerDraft draft, Text memberId)
    {
        draft.Add(ConsumerRecords.AssignmentTombstone(draft.GroupId, memberId));
        draft.Add(ConsumerRecords.TargetMemberTombstone(draft.GroupId, memberId));
        draft.Add(ConsumerRecords.MemberTombstone(draft.GroupId, memberId));
    }

    /// <summary>A static member comes back as another process: the new one takes the place of the old.</summary>
    internal static ConsumerMember Replace(ConsumerDraft draft, ConsumerMember old, Text memberId)
    {
        var target = draft.Group.TargetOf(old.MemberId);
        var member = old with
        {
            MemberId = memberId,
            MemberEpoch = ConsumerMember.JoinEpoch,
            PreviousMemberEpoch = ConsumerMember.JoinEpoch,
            State = MemberState.Stable,
            PendingRevocation = ConsumerMember.NoPartitions,
        };
        AddTombstones(draft, old.MemberId);
        draft.Add(ConsumerRecords.Member(draft.GroupId, member));
        draft.Add(ConsumerRecords.TargetMember(draft.GroupId, memberId, target));
        draft.Add(ConsumerRecords.Assignment(draft.GroupId, member));
        return member;
    }

    private Func<TopicIdPartition, bool> SubscribedBy(ConsumerGroup group, ConsumerMember member)
    {
        var ids = new HashSet<Uuid>();
        foreach (var name in group.TopicsOf(member))
        {
            if (topics.TryFind(name.ToString(), out var id, out _))
            {
                ids.Add(id);
            }
        }

        return partition => ids.Contains(partition.TopicId);
    }
}
