using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups;

/// <summary>What administrators see of groups.</summary>
internal static class GroupListings
{
    private const short GroupIdNotFoundSince = 6;

    /// <summary>The only type of group that this broker serves.</summary>
    private const string ClassicType = "classic";

    internal static DescribeGroupsResponse.DescribedGroup Failed(Text groupId, ErrorCode error) =>
        new() { GroupId = groupId, ErrorCode = (short)error };

    internal static DescribeGroupsResponse.DescribedGroup Describe(ClassicGroup? group, Text groupId, short version)
    {
        if (group is null || group.IsOfOtherProtocol)
        {
            return NotFound(groupId, version, group is null ? $"Group {groupId} not found." : $"Group {groupId} is not a classic group.");
        }

        var isStable = group.State == ClassicGroupState.Stable;
        var answer = new DescribeGroupsResponse.DescribedGroup
        {
            GroupId = groupId,
            GroupState = group.State.ToString(),
            ProtocolType = group.ProtocolType.IsNull ? Text.Empty : group.ProtocolType,
            ProtocolData = isStable && !group.ProtocolName.IsNull ? group.ProtocolName : Text.Empty,
        };
        foreach (var (_, member) in group.Members)
        {
            answer.Members.Add(new DescribeGroupsResponse.DescribedGroupMember
            {
                MemberId = member.MemberId,
                GroupInstanceId = member.InstanceId,
                ClientId = member.ClientId,
                ClientHost = member.ClientHost,
                MemberMetadata = isStable ? member.MetadataOf(group.ProtocolName) : Blob.Empty,
                MemberAssignment = isStable ? member.Assignment : Blob.Empty,
            });
        }

        return answer;
    }

    internal static void List(GroupPartition partition, in ListGroupsRequest request, ref ListGroupsResponse response)
    {
        if (!Passes(request.TypesFilter, ClassicType))
        {
            return;
        }

        foreach (var (_, group) in partition.Groups)
        {
            var state = group.State.ToString();
            if (!group.IsOfOtherProtocol && Passes(request.StatesFilter, state))
            {
                response.Groups.Add(new ListGroupsResponse.ListedGroup
                {
                    GroupId = group.GroupId,
                    ProtocolType = group.ProtocolType.IsNull ? Text.Empty : group.ProtocolType,
                    GroupState = state,
                    GroupType = ClassicType,
                });
            }
        }
    }

    private static DescribeGroupsResponse.DescribedGroup NotFound(Text groupId, short version, string message)
    {
        var answer = new DescribeGroupsResponse.DescribedGroup { GroupId = groupId, GroupState = nameof(ClassicGroupState.Dead) };
        if (version >= GroupIdNotFoundSince)
        {
            answer.ErrorCode = (short)ErrorCode.GroupIdNotFound;
            answer.ErrorMessage = message;
        }

        return answer;
    }

    private static bool Passes(Seq<Text> filter, string value)
    {
        if (filter.Count == 0)
        {
            return true;
        }

        foreach (var wanted in filter)
        {
            if (string.Equals(wanted.ToString(), value, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
