using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;

namespace Deterministic.Server.Handlers;

/// <summary>SyncGroup (14). Waits until the leader's assignment is durable. Lives as long as its shard.</summary>
public sealed class SyncGroupHandler(GroupCalls calls) : IRequestHandler<SyncGroupRequest, SyncGroupResponse>
{
    /// <inheritdoc/>
    public async ValueTask<SyncGroupResponse> HandleAsync(SyncGroupRequest request, RequestContext context) =>
        await calls.AskAsync(
            request.GroupId,
            request,
            context,
            new SyncGroupResponse { ErrorCode = (short)ErrorCode.NotCoordinator },
            static (c, partition, r, client, answer) => c.SyncGroup(partition, r, client, answer));
}
