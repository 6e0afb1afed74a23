using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;
using Deterministic.Server.Controller;

namespace Deterministic.Server.Handlers;

/// <summary>DeleteTopics (20): the controller decides. Lives as long as its shard.</summary>
public sealed class DeleteTopicsHandler(IControllerClient controller) : IRequestHandler<DeleteTopicsRequest, DeleteTopicsResponse>
{
    /// <inheritdoc/>
    public async ValueTask<DeleteTopicsResponse> HandleAsync(DeleteTopicsRequest request, RequestContext context) =>
        await controller.DeleteTopicsAsync(request);
}
