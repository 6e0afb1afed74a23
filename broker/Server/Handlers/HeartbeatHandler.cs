using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;

namespace Deterministic.Server.Handlers;

/// <summary>Heartbeat (12). Lives as long as its shard.</summary>
public sealed class HeartbeatHandler(GroupCalls calls) : IRequestHandler<HeartbeatRequest, HeartbeatResponse>
{
    /// <inheritdoc/>
    public async ValueTask<HeartbeatResponse> HandleAsync(HeartbeatRequest request, RequestContext context)
    {
        var asked = calls.AskAsync<HeartbeatRequest, HeartbeatResponse>(
            request.GroupId, request, context, static (c, partition, r, _, answer) => answer(c.Heartbeat(partition, r)));
        return asked is not null ? await asked : new HeartbeatResponse { ErrorCode = (short)ErrorCode.NotCoordinator };
    }
}
