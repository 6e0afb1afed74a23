using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;

namespace Deterministic.Server.Handlers;

/// <summary>LeaveGroup (13). Lives as long as its shard.</summary>
public sealed class LeaveGroupHandler(GroupCalls calls) : IRequestHandler<LeaveGroupRequest, LeaveGroupResponse>
{
    /// <inheritdoc/>
    public async ValueTask<LeaveGroupResponse> HandleAsync(LeaveGroupRequest request, RequestContext context)
    {
        var asked = calls.AskAsync<LeaveGroupRequest, LeaveGroupResponse>(
            request.GroupId, request, context, static (c, partition, r, client, answer) => answer(c.LeaveGroup(partition, r, client)));
        return asked is not null ? await asked : new LeaveGroupResponse { ErrorCode = (short)ErrorCode.NotCoordinator };
    }
}
