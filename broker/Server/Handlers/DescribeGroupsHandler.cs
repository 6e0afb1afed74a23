using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Connections;
using DescribedGroup = Deterministic.Protocol.Apis.DescribeGroupsResponse.DescribedGroup;

namespace Deterministic.Server.Handlers;

/// <summary>DescribeGroups (15). Lives as long as its shard.</summary>
public sealed class DescribeGroupsHandler(GroupCalls calls) : IRequestHandler<DescribeGroupsRequest, DescribeGroupsResponse>
{
    /// <summary>The bits of READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS and ALTER_CONFIGS: without an authorizer everybody may do all that a group knows.</summary>
    private const int AllGroupOperations = (1 << 3) | (1 << 6) | (1 << 8) | (1 << 10) | (1 << 11);

    /// <inheritdoc/>
    public async ValueTask<DescribeGroupsResponse> HandleAsync(DescribeGroupsRequest request, RequestContext context)
    {
        var asked = new Task<DescribedGroup>[request.Groups.Count];
        for (var i = 0; i < asked.Length; i++)
        {
            asked[i] = DescribeAsync(request.Groups[i], context);
        }

        var response = new DescribeGroupsResponse();
        foreach (var task in asked)
        {
            var group = await task;
            if (request.IncludeAuthorizedOperations && group.ErrorCode == (short)ErrorCode.None)
            {
                group.AuthorizedOperations = AllGroupOperations;
            }

            response.Groups.Add(group);
        }

        return response;
    }

    private Task<DescribedGroup> DescribeAsync(Text groupId, RequestContext context) =>
        calls.AskAsync(
            groupId,
            groupId,
            context,
            new DescribedGroup { GroupId = groupId, ErrorCode = (short)ErrorCode.NotCoordinator },
            static (c, partition, id, client, answer) => answer(c.DescribeGroup(partition, id, client.Version)));
}
