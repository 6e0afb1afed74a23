using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Connections;

/// <summary>
/// Serves one API on one shard without a conversation of its own: takes the exchange, and completes it now or when the
/// answer is known. For the hot paths (Produce, Fetch), whose request and response structs are reused.
/// </summary>
public interface IExchangeHandler<TRequest, TResponse>
    where TRequest : struct, IRequest
    where TResponse : struct, IMessage
{
    /// <summary>Must end in <see cref="RequestExchange.Complete"/>, on the home shard, sooner or later.</summary>
    void Handle(RequestExchange<TRequest, TResponse> exchange);
}
