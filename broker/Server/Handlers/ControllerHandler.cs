using Deterministic.Protocol.Wire;
using Deterministic.Server.Connections;
using Deterministic.Server.Controller;

namespace Deterministic.Server.Handlers;

/// <summary>Serves an API that the controller decides alone. Lives as long as its shard.</summary>
internal sealed class ControllerHandler<TRequest, TResponse>(IControllerClient controller, Decide<TRequest, TResponse> decide)
    : IRequestHandler<TRequest, TResponse>
    where TRequest : struct, IRequest
    where TResponse : struct, IMessage
{
    /// <inheritdoc/>
    public async ValueTask<TResponse> HandleAsync(TRequest request, RequestContext context) =>
        await controller.DecideAsync(request, decide);
}
