using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups;

/// <summary>What administrators see of groups.</summary>
internal static class GroupListings
{
    private const short GroupIdNotFoundSince = 6;

    private const string ClassicType = "classic";
    private const string ConsumerType = "consumer";

    internal static DescribeGroupsResponse.DescribedGroup Failed(Text groupId, ErrorCode error) =>
        new() { GroupId = groupId, ErrorCode = (short)error };

    internal static DescribeGroupsResponse.DescribedGroup Describe(ClassicGroup? group, Text groupId, short version)
    {
        if (group is null || group.IsOfOtherProtocol || group.Consumer is not null)
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
        foreach (var (_, group) in partition.Groups)
        {
            var type = group.Consumer is null ? ClassicType : ConsumerType;
            var state = group.Consumer is { } consumer ? consumer.State.ToString() : group.State.ToString();
            if (!group.IsOfOtherProtocol && Passes(request.TypesFilter, type) && Passes(request.StatesFilter, state))
            {
                var classicProtocol = group.ProtocolType.IsNull ? Text.Empty : group.ProtocolType;
                response.Groups.Add(new ListGroupsResponse.ListedGroup
                {
                    GroupId = group.GroupId,
                    ProtocolType = group.Consumer is null ? classicProtocol : Subscriptions.ConsumerProtocolType,
                    GroupState = state,
                    GroupType = type,
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
