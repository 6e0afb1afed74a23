using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;
using Deterministic.Server.Controller;

namespace Deterministic.Server.Handlers;

/// <summary>CreateTopics (19): the controller decides. Lives as long as its shard.</summary>
public sealed class CreateTopicsHandler(IControllerClient controller) : IRequestHandler<CreateTopicsRequest, CreateTopicsResponse>
{
    /// <inheritdoc/>
    public async ValueTask<CreateTopicsResponse> HandleAsync(CreateTopicsRequest request, RequestContext context) =>
        await controller.CreateTopicsAsync(request);
}
