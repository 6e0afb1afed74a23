using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Connections;

/// <summary>The way from an API key to its typed handler. Owned by one shard, lives as long.</summary>
internal abstract class RequestRoute
{
    /// <summary>The API.</summary>
    internal abstract ApiInfo Api { get; }

    /// <summary>An exchange from the pool.</summary>
    internal abstract RequestExchange Rent();
}

/// <summary>A <see cref="RequestRoute"/> with the types of its API, and the pool of its exchanges.</summary>
internal sealed class RequestRoute<TRequest, TResponse>(
    Shard shard, IExchangeHandler<TRequest, TResponse> handler, Func<TRequest, ErrorCode, TResponse>? buildError) : RequestRoute
    where TRequest : struct, IRequest
    where TResponse : struct, IMessage
{
    private readonly Stack<RequestExchange<TRequest, TResponse>> _idle = new();
    private readonly bool _keepsStorage = handler is not ConversationHandler<TRequest, TResponse>;

    /// <inheritdoc/>
    internal override ApiInfo Api => TRequest.Api;

    /// <summary>Serves it.</summary>
    internal IExchangeHandler<TRequest, TResponse> Handler { get; } = handler;

    /// <summary>The answer for a handler that threw, or null where the API has no room for an error.</summary>
    internal Func<TRequest, ErrorCode, TResponse>? BuildError { get; } = buildError;

    /// <inheritdoc/>
    internal override RequestExchange Rent() => _idle.TryPop(out var exchange)
        ? exchange
        : new RequestExchange<TRequest, TResponse>(this, new RequestContext(shard, Api, 0, 0, null, "", ""));

    /// <summary>Takes an exchange back.</summary>
    internal void Return(RequestExchange<TRequest, TResponse> exchange)
    {
        if (_idle.Count < ConnectionLimits.IdleExchangesMax)
        {
            exchange.Renew(_keepsStorage);
            _idle.Push(exchange);
        }
    }
}
