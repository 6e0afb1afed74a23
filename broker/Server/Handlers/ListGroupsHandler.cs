using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;

namespace Deterministic.Server.Handlers;

/// <summary>ListGroups (16): the groups of all shards of this node. Lives as long as its shard.</summary>
public sealed class ListGroupsHandler(GroupCalls calls) : IRequestHandler<ListGroupsRequest, ListGroupsResponse>
{
    private const int AllPartitions = -1;

    /// <inheritdoc/>
    public async ValueTask<ListGroupsResponse> HandleAsync(ListGroupsRequest request, RequestContext context)
    {
        var coordinators = calls.Routing.Coordinators;
        var asked = new Task<ListGroupsResponse>[coordinators.Count];
        for (var i = 0; i < asked.Length; i++)
        {
            asked[i] = GroupCalls.AskAsync<ListGroupsRequest, ListGroupsResponse>(
                coordinators[i], AllPartitions, request, context, static (c, _, r, _, answer) => answer(c.ListGroups(r)));
        }

        var response = new ListGroupsResponse();
        foreach (var task in asked)
        {
            Add(ref response, await task);
        }

        return response;
    }

    private static void Add(ref ListGroupsResponse response, in ListGroupsResponse part)
    {
        if (part.ErrorCode != (short)ErrorCode.None)
        {
            response.ErrorCode = part.ErrorCode;
        }

        foreach (var group in part.Groups)
        {
            response.Groups.Add(group);
        }
    }
}
