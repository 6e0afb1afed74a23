using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups;

/// <summary>LeaveGroup: takes out one member or several (v3 and later), by member id or by group instance id. Owned by the coordinator of its shard.</summary>
internal sealed class GroupDepartures(GroupRebalances rebalances)
{
    internal LeaveGroupResponse Handle(ClassicGroup? group, in LeaveGroupRequest request, short version)
    {
        if (group?.State == ClassicGroupState.Dead)
        {
            Mark.Hit("group.left-when-dead");
            return new LeaveGroupResponse { ErrorCode = (short)ErrorCode.CoordinatorNotAvailable };
        }

        if (version < 3)
        {
            return new LeaveGroupResponse { ErrorCode = (short)LeaveAndRebalance(group, request.MemberId) };
        }

        var response = new LeaveGroupResponse();
        var hasLeft = false; // A member, not merely a member id that never joined: that changes nobody's assignment.
        foreach (var identity in request.Members)
        {
            var error = group is null ? ErrorCode.UnknownMemberId : Leave(group, identity.MemberId, identity.GroupInstanceId, ref hasLeft);
            response.Members.Add(new LeaveGroupResponse.MemberResponse
            {
                MemberId = identity.MemberId,
                GroupInstanceId = identity.GroupInstanceId,
                ErrorCode = (short)error,
            });
        }

        MaybeRebalance(group, hasLeft);
        return response;
    }

    private ErrorCode LeaveAndRebalance(ClassicGroup? group, Text memberId)
    {
        var hasLeft = false;
        var error = group is null ? ErrorCode.UnknownMemberId : Leave(group, memberId, Text.Null, ref hasLeft);
        MaybeRebalance(group, hasLeft);
        return error;
    }

    private ErrorCode Leave(ClassicGroup group, Text memberId, Text instanceId, ref bool hasLeft)
    {
        if (!memberId.IsNullOrEmpty && MemberSessions.RemovePending(group, memberId))
        {
            Mark.Hit("group.pending-member-left");
            rebalances.MaybeComplete(group);
            return ErrorCode.None;
        }

        // An administrator removes a static member by its instance id alone.
        var isByInstance = memberId.IsNullOrEmpty && !instanceId.IsNull;
        var member = isByInstance ? group.StaticMember(instanceId) : null;
        var error = isByInstance switch
        {
            true => member is null ? ErrorCode.UnknownMemberId : ErrorCode.None,
            false => GroupMembership.Find(group, memberId, instanceId, out member),
        };
        if (error == ErrorCode.None)
        {
            Mark.Hit("group.member-left");
            GroupRebalances.Remove(group, member!, ErrorCode.UnknownMemberId);
            hasLeft = true;
        }

        return error;
    }

    private void MaybeRebalance(ClassicGroup? group, bool hasLeft)
    {
        if (hasLeft)
        {
            rebalances.MaybePrepare(group!);
        }
        else if (group is not null)
        {
            group.Partition.MaybeForget(group);
        }
    }
}
