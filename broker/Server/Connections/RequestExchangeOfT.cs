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
        Request = new TRequest();
        Response = new TResponse();
    }

    /// <inheritdoc/>
    internal override void Start(ReadOnlyMemory<byte> body)
    {
        var reader = new WireReader(body, Context.Version, Context.Api.IsFlexible(Context.Version));
        Request.Walk(ref reader);
        _route.Handler.Handle(this);
    }

    /// <inheritdoc/>
    internal override bool Encode(ResponseSender sender) => sender.Encode(ref Response, this);

    /// <summary>
    /// Every field at its default. The storage of arrays is kept where the handler works on the exchange in place; others may
    /// have put arrays into the response that belong to somebody else.
    /// </summary>
    internal void Renew(bool keepStorage)
    {
        if (keepStorage)
        {
            MessageReuse.Renew(ref Request);
            MessageReuse.Renew(ref Response);
        }
        else
        {
            Request = new TRequest();
            Response = new TResponse();
        }
    }

    private protected override void SetThrottleTime(int throttleMs)
    {
        var wire = new ThrottleTimeWire(Context.Version, throttleMs);
        Response.Walk(ref wire);
    }

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
