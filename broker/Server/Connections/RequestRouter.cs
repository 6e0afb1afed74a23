using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Connections;

/// <summary>
/// From API key to typed handler, without reflection. Every API of <see cref="ApiCatalog"/> has a route; the version gate
/// reads the catalog. Owned by one shard, lives as long.
/// </summary>
public sealed class RequestRouter(Shard shard)
{
    private readonly RequestRoute?[] _routes = new RequestRoute?[HighestKey() + 1];

    /// <summary>Adds a handler that works on exchanges.</summary>
    public void Add<TRequest, TResponse>(
        IExchangeHandler<TRequest, TResponse> handler, Func<TRequest, ErrorCode, TResponse>? buildError = null)
        where TRequest : struct, IRequest
        where TResponse : struct, IMessage
    {
        var key = (int)TRequest.Api.Key;
        Check.That(_routes[key] is null, $"{TRequest.Api.Key} has two handlers");
        _routes[key] = new RequestRoute<TRequest, TResponse>(shard, handler, buildError);
    }

    /// <summary>Adds a handler that is a conversation.</summary>
    public void Add<TRequest, TResponse>(
        IRequestHandler<TRequest, TResponse> handler, Func<TRequest, ErrorCode, TResponse>? buildError = null)
        where TRequest : struct, IRequest
        where TResponse : struct, IMessage =>
        Add(new ConversationHandler<TRequest, TResponse>(handler), buildError);

    /// <summary>Whether that API is served here.</summary>
    public bool Has(ApiKey key) => (int)key < _routes.Length && _routes[(int)key] is not null;

    /// <summary>Checks that whatever the catalog advertises is served.</summary>
    public void CheckComplete()
    {
        foreach (var api in ApiCatalog.All)
        {
            Check.That(Has(api.Key), $"{api.Key} is advertised and has no handler");
        }
    }

    internal RequestRoute? Find(short key) => key >= 0 && key < _routes.Length ? _routes[key] : null;

    private static int HighestKey()
    {
        var highest = 0;
        foreach (var api in ApiCatalog.All)
        {
            highest = Math.Max(highest, (int)api.Key);
        }

        return highest;
    }
}
