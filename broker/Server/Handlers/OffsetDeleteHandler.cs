using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;

namespace Deterministic.Server.Handlers;

/// <summary>OffsetDelete (47). Waits until the offsets are gone for good. Lives as long as its shard.</summary>
public sealed class OffsetDeleteHandler(GroupCalls calls) : IRequestHandler<OffsetDeleteRequest, OffsetDeleteResponse>
{
    /// <inheritdoc/>
    public async ValueTask<OffsetDeleteResponse> HandleAsync(OffsetDeleteRequest request, RequestContext context) =>
        await calls.AskAsync(
            request.GroupId,
            request,
            context,
            new OffsetDeleteResponse { ErrorCode = (short)ErrorCode.NotCoordinator },
            static (c, partition, r, _, answer) => c.DeleteOffsets(partition, r, answer));
}
