using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups;

/// <summary>Who a request speaks for: the checks that every request of a member begins with.</summary>
internal static class GroupMembership
{
    /// <summary>
    /// The member, if the ids name one. A group instance id must be known and must belong to the member id, else another
    /// process took the instance over: FENCED_INSTANCE_ID.
    /// </summary>
    internal static ErrorCode Find(ClassicGroup group, Text memberId, Text instanceId, out ClassicMember? member)
    {
        member = null;
        if (!instanceId.IsNull)
        {
            if (group.StaticMember(instanceId) is not { } holder)
            {
                return ErrorCode.UnknownMemberId;
            }

            if (holder.MemberId != memberId)
            {
                Mark.Hit("group.instance-fenced");
                return ErrorCode.FencedInstanceId;
            }
        }

        member = group.Member(memberId);
        return member is null ? ErrorCode.UnknownMemberId : ErrorCode.None;
    }

    /// <summary>The member, if it is of the current generation too.</summary>
    internal static ErrorCode Find(
        ClassicGroup group, Text memberId, Text instanceId, int generationId, out ClassicMember? member)
    {
        var error = Find(group, memberId, instanceId, out member);
        if (error == ErrorCode.None && generationId != group.GenerationId)
        {
            Mark.Hit("group.generation-illegal");
            return ErrorCode.IllegalGeneration;
        }

        return error;
    }
}
