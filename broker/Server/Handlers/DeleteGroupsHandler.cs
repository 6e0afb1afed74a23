using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Connections;

namespace Deterministic.Server.Handlers;

/// <summary>DeleteGroups (42). Waits until the groups are gone for good. Lives as long as its shard.</summary>
public sealed class DeleteGroupsHandler(GroupCalls calls) : IRequestHandler<DeleteGroupsRequest, DeleteGroupsResponse>
{
    /// <inheritdoc/>
    public async ValueTask<DeleteGroupsResponse> HandleAsync(DeleteGroupsRequest request, RequestContext context)
    {
        var asked = new List<(Text GroupId, Task<ErrorCode> Answer)>();
        var groups = new HashSet<Text>();
        foreach (ref var group in request.GroupsNames.Span)
        {
            if (groups.Add(group))
            {
                asked.Add((group, DeleteAsync(group, context)));
            }
        }

        var response = new DeleteGroupsResponse();
        foreach (var (groupId, answer) in asked)
        {
            response.Results.Add(new DeleteGroupsResponse.DeletableGroupResult { GroupId = groupId, ErrorCode = (short)await answer });
        }

        return response;
    }

    private Task<ErrorCode> DeleteAsync(Text groupId, RequestContext context) =>
        calls.AskAsync(
            groupId,
            groupId,
            context,
            ErrorCode.NotCoordinator,
            static (c, partition, id, _, answer) => c.DeleteGroup(partition, id, answer));
}
