using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Connections;
using DescribedGroup = Deterministic.Protocol.Apis.DescribeGroupsResponse.DescribedGroup;

namespace Deterministic.Server.Handlers;

/// <summary>DescribeGroups (15). Lives as long as its shard.</summary>
public sealed class DescribeGroupsHandler(GroupCalls calls) : IRequestHandler<DescribeGroupsRequest, DescribeGroupsResponse>
{
    /// <inheritdoc/>
    public async ValueTask<DescribeGroupsResponse> HandleAsync(DescribeGroupsRequest request, RequestContext context)
    {
        var asked = new List<Task<DescribedGroup>>();
        var groups = new HashSet<Text>();
        foreach (ref var group in request.Groups.Span)
        {
            // Named twice, answered once: a small request must not become an answer of gigabytes.
            if (groups.Add(group))
            {
                asked.Add(DescribeAsync(group, context));
            }
        }

        var response = new DescribeGroupsResponse();
        foreach (var task in asked)
        {
            var group = await task;
            if (request.IncludeAuthorizedOperations && group.ErrorCode == (short)ErrorCode.None)
            {
                group.AuthorizedOperations = Handlers.AuthorizedOperations.Group;
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
