using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Groups.Consumers;

/// <summary>Who a request of the consumer protocol speaks for, and whether it may: epochs and instance ids. Stateless.</summary>
internal static class ConsumerMembership
{
    /// <summary>The member that joins or beats. One that joins may be new; a static one may take the place of another, in the draft.</summary>
    internal static GroupRefusal? Find(
        ConsumerDraft draft, Text memberId, Text instanceId, int memberEpoch, IReadOnlySet<TopicIdPartition>? owned, out ConsumerMember? member)
    {
        var isJoin = memberEpoch == ConsumerMember.JoinEpoch;
        if (!instanceId.IsNull)
        {
            return isJoin
                ? JoinAsStatic(draft, memberId, instanceId, out member)
                : FindStatic(draft.Group, memberId, instanceId, memberEpoch, owned, out member);
        }

        member = draft.Group.Member(memberId);
        if (member is null)
        {
            member = new ConsumerMember { MemberId = memberId };
            return isJoin ? null : Unknown(memberId, draft.GroupId);
        }

        return EpochRefusal(member, memberEpoch, owned);
    }

    /// <summary>The member that wants to leave.</summary>
    internal static GroupRefusal? FindToLeave(ConsumerGroup group, Text groupId, Text memberId, Text instanceId, out ConsumerMember? member)
    {
        member = instanceId.IsNull ? group.Member(memberId) : group.StaticMember(instanceId);
        if (member is null)
        {
            return instanceId.IsNull ? Unknown(memberId, groupId) : UnknownInstance(instanceId);
        }

        return member.MemberId == memberId ? null : Fenced(memberId, instanceId, member);
    }

    /// <summary>Whether the epoch that a client states is the member's.</summary>
    private static GroupRefusal? EpochRefusal(ConsumerMember member, int memberEpoch, IReadOnlySet<TopicIdPartition>? owned)
    {
        if (memberEpoch == member.MemberEpoch || memberEpoch == ConsumerMember.JoinEpoch)
        {
            return null;
        }

        // It may have missed our answer: then it is one epoch behind, and owns no more than we gave it.
        if (memberEpoch < member.MemberEpoch && memberEpoch == member.PreviousMemberEpoch && owned?.All(member.Assigned.ContainsKey) == true)
        {
            Mark.Hit("consumer-group.answer-was-missed");
            return null;
        }

        Mark.Hit("consumer-group.epoch-fenced");
        var relation = memberEpoch > member.MemberEpoch ? "greater" : "smaller";
        return new GroupRefusal(
            ErrorCode.FencedMemberEpoch,
            $"The consumer group member has a {relation} member epoch ({memberEpoch}) than the one known by the group coordinator "
            + $"({member.MemberEpoch}). The member must abandon all its partitions and rejoin.");
    }

    private static GroupRefusal? JoinAsStatic(ConsumerDraft draft, Text memberId, Text instanceId, out ConsumerMember? member)
    {
        member = draft.Group.StaticMember(instanceId);
        if (member is null)
        {
            member = draft.Group.Member(memberId) ?? new ConsumerMember { MemberId = memberId };
            return null;
        }

        if (member.Classic is null && member.MemberEpoch != ConsumerMember.StaticLeaveEpoch)
        {
            Mark.Hit("consumer-group.instance-not-released");
            return new GroupRefusal(
                ErrorCode.UnreleasedInstanceId,
                $"Static member {memberId} with instance id {instanceId} cannot join the group because the instance id is owned by "
                + $"{member.MemberId} member.");
        }

        Mark.Hit("consumer-group.static-member-replaced");
        member = ConsumerSteps.Replace(draft, member, memberId);
        return null;
    }

    private static GroupRefusal? FindStatic(
        ConsumerGroup group, Text memberId, Text instanceId, int memberEpoch, IReadOnlySet<TopicIdPartition>? owned, out ConsumerMember? member)
    {
        member = group.StaticMember(instanceId);
        if (member is null)
        {
            return UnknownInstance(instanceId);
        }

        return member.MemberId == memberId ? EpochRefusal(member, memberEpoch, owned) : Fenced(memberId, instanceId, member);
    }

    internal static GroupRefusal Unknown(Text memberId, Text groupId) =>
        new(ErrorCode.UnknownMemberId, $"Member {memberId} is not a member of group {groupId}.");

    private static GroupRefusal UnknownInstance(Text instanceId) => new(ErrorCode.UnknownMemberId, $"Instance id {instanceId} is unknown.");

    private static GroupRefusal Fenced(Text memberId, Text instanceId, ConsumerMember holder)
    {
        Mark.Hit("consumer-group.instance-fenced");
        return new GroupRefusal(
            ErrorCode.FencedInstanceId, $"Static member {memberId} with instance id {instanceId} was fenced by member {holder.MemberId}.");
    }
}
