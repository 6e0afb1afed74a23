using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;

namespace Deterministic.Server.Handlers;

/// <summary>Heartbeat (12). Lives as long as its shard.</summary>
public sealed class HeartbeatHandler(GroupCalls calls) : IRequestHandler<HeartbeatRequest, HeartbeatResponse>
{
    /// <inheritdoc/>
    public async ValueTask<HeartbeatResponse> HandleAsync(HeartbeatRequest request, RequestContext context) =>
        await calls.AskAsync(
            request.GroupId,
            request,
            context,
            new HeartbeatResponse { ErrorCode = (short)ErrorCode.NotCoordinator },
            static (c, partition, r, _, answer) => answer(c.Heartbeat(partition, r)));
}
