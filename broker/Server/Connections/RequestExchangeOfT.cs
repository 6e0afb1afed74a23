using Deterministic.Protocol;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Connections;

/// <summary>A <see cref="RequestExchange"/> of one API. The structs are read and written in place and reused.</summary>
public sealed class RequestExchange<TRequest, TResponse> : RequestExchange
    where TRequest : struct, IRequest
    where TResponse : struct, IMessage
{
    /// <summary>The body of the request; its slices live as long as the exchange.</summary>
    public TRequest Request;

    /// <summary>The body of the response, filled in by the handler.</summary>
    public TResponse Response;

    private readonly RequestRoute<TRequest, TResponse> _route;

    internal RequestExchange(RequestRoute<TRequest, TResponse> route, RequestContext context)
        : base(context)
    {
        _route = route;
    }

    /// <inheritdoc/>
    internal override void Start(ReadOnlyMemory<byte> body)
    {
        Request = new TRequest();
        Response = new TResponse();
        var reader = new WireReader(body, Context.Version, Context.Api.IsFlexible(Context.Version));
        Request.Walk(ref reader);
        _route.Handler.Handle(this);
    }

    /// <inheritdoc/>
    internal override bool Encode(ResponseSender sender) => sender.Encode(ref Response, Context);

    private protected override bool TryAnswerError(ErrorCode error)
    {
        if (_route.BuildError is null)
        {
            return false;
        }

        Response = _route.BuildError(Request, error);
        return true;
    }

    private protected override void Recycle() => _route.Return(this);
}
