using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;

namespace Deterministic.Server.Handlers;

/// <summary>LeaveGroup (13). Lives as long as its shard.</summary>
public sealed class LeaveGroupHandler(GroupCalls calls) : IRequestHandler<LeaveGroupRequest, LeaveGroupResponse>
{
    /// <inheritdoc/>
    public async ValueTask<LeaveGroupResponse> HandleAsync(LeaveGroupRequest request, RequestContext context) =>
        await calls.AskAsync(
            request.GroupId,
            request,
            context,
            new LeaveGroupResponse { ErrorCode = (short)ErrorCode.NotCoordinator },
            static (c, partition, r, client, answer) => c.LeaveGroup(partition, r, client, answer));
}
