using Deterministic.Kernel;
using Deterministic.Protocol;

namespace Deterministic.Server.Connections;

/// <summary>
/// One request and its response: the place in the response order, the frame they point into, and the way back to the
/// connection. Owned by the home shard; pooled per API. States: free, under way, completed, sent (or dropped) and free.
/// </summary>
public abstract class RequestExchange
{
    private Connection? _connection;
    private RequestFrame _frame;

    private protected RequestExchange(RequestContext context)
    {
        Context = context;
    }

    /// <summary>What the handler knows besides the body.</summary>
    public RequestContext Context { get; }

    /// <summary>Told when the response is gone, and when there is no time to wait.</summary>
    public IExchangeResource? Resource { get; set; }

    /// <summary>Bytes of the request.</summary>
    internal int RequestBytes => _frame.Bytes.Length;

    /// <summary>Whether the handler is done.</summary>
    internal bool IsCompleted { get; private set; }

    /// <summary>The handler is done: the response (or <see cref="RequestContext.LeaveUnanswered"/>) stands. Home shard, once.</summary>
    public void Complete()
    {
        Check.That(Context.Shard.IsCurrent, $"a response to {Context.Api.Key} was completed away from shard {Context.Shard.Id}");
        Check.That(!IsCompleted, $"a response to {Context.Api.Key} was completed twice");
        IsCompleted = true;
        _connection!.OnCompleted();
    }

    /// <summary>The handler threw: an error answer where the API has room for one, else the connection is closed.</summary>
    public void Fail(Exception e)
    {
        ConnectionLog.HandlerFailed(_connection!.Log, Context.Api.Key, Context.Version, _connection.RemoteAddress, e);
        if (!TryAnswerError(ErrorCode.UnknownServerError))
        {
            Context.Close($"{Context.Api.Key} failed: {e.Message}");
        }

        Complete();
    }

    /// <summary>Attaches the exchange to a request of a connection.</summary>
    internal void Begin(Connection connection, in RequestFrame frame, short version, int correlationId)
    {
        _connection = connection;
        _frame = frame;
        IsCompleted = false;
        Context.Begin(version, correlationId, connection);
    }

    /// <summary>Reads the body and hands it to the handler.</summary>
    internal abstract void Start(ReadOnlyMemory<byte> body);

    /// <summary>Writes the response. True when it holds file ranges, and so lives until <see cref="OnSent"/>.</summary>
    internal abstract bool Encode(ResponseSender sender);

    /// <summary>The response was written to the connection or dropped: everything goes back where it came from.</summary>
    internal void OnSent()
    {
        var resource = Resource;
        Resource = null;
        resource?.OnSent();
        _frame.Buffer.Release();
        _frame = default;
        _connection = null;
        Recycle();
    }

    /// <summary>Waits that only serve the comfort of the client end now.</summary>
    internal void Hurry()
    {
        if (!IsCompleted)
        {
            Resource?.OnHurry();
        }
    }

    private protected abstract bool TryAnswerError(ErrorCode error);

    private protected abstract void Recycle();
}
