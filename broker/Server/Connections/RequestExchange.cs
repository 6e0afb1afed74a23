using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Server.Metrics;
using Deterministic.Server.Quotas;

namespace Deterministic.Server.Connections;

/// <summary>
/// One request and its response: the place in the response order, the frame they point into, and the way back to the
/// connection. Owned by the home shard; pooled per API. States: free, under way, completed, sent (or dropped) and free.
/// </summary>
public abstract class RequestExchange : IQuotaPayer
{
    private Connection? _connection;
    private RequestFrame _frame;
    private ApiMetrics? _metrics;
    private long _receivedMicros;
    private long _startedMicros;
    private long _returnedMicros;
    private long _completedMicros;
    private long _startTicks;
    private bool _isCharged;

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
        if (!_isCharged && _connection!.Quotas is { } quotas)
        {
            var bandwidth = Context.Api.Key == ApiKey.Produce ? quotas.Produce : null;
            Charge(quotas, bandwidth, RequestBytes, mayRefuse: false, this);
            return;
        }

        IsCompleted = true;
        OnTimed();
        _connection!.OnCompleted();
    }

    /// <summary>
    /// Counts what the request used, once; the payer is told, and completes it. A produce request that is not answered pays for
    /// its bytes only, as for Kafka.
    /// </summary>
    internal void Charge(ClientQuotas quotas, QuotaShare? bandwidth, long bytes, bool mayRefuse, IQuotaPayer payer)
    {
        Check.That(!_isCharged, $"{Context.Api.Key} was charged twice");
        _isCharged = true;
        EndStarting();
        var shard = _connection!.ShardQuotas;
        var request = Context.IsUnanswered ? null : quotas.Request;
        shard.Rent().Start(payer, request, shard.PercentOf(Context.ThreadTicks), bandwidth, bytes, mayRefuse);
    }

    /// <summary>The client must wait: its answer says so and leaves at once, and its connection is muted.</summary>
    internal void Throttle(int throttleMs)
    {
        var waitMs = Math.Max(throttleMs, Context.ThrottleMs);
        if (waitMs > 0)
        {
            SetThrottleTime(waitMs);
            _connection!.Throttle(waitMs);
        }
    }

    void IQuotaPayer.OnCharged(QuotaCharge charge)
    {
        Throttle(charge.ThrottleMs);
        Complete();
    }

    /// <summary>The quotas that concern the client now.</summary>
    internal ClientQuotas? Quotas => _connection!.Quotas;

    /// <summary>The handler begins; its time counts when the client has a quota.</summary>
    internal void BeginStarting()
    {
        if (_connection!.Quotas is not null)
        {
            _connection.Starting = this;
            _startTicks = _connection.ShardQuotas.ThreadTicks;
        }
    }

    /// <summary>The handler returned, or answered on the way.</summary>
    internal void EndStarting()
    {
        if (ReferenceEquals(_connection!.Starting, this))
        {
            _connection.Starting = null;
            Context.ThreadTicks += _connection.ShardQuotas.ThreadTicks - _startTicks;
        }
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
        _isCharged = false;
        _metrics = connection.ShardMetrics.Of(Context.Api);
        _receivedMicros = connection.ReceivedMicros;
        _startedMicros = connection.ShardMetrics.NowMicros;
        _returnedMicros = 0;
        _metrics.OnRequest(version, frame.Bytes.Length, connection.Shard.MonotonicMs);
        _metrics.RequestQueueTime.Record(_startedMicros - _receivedMicros, connection.Shard.MonotonicMs);
        Context.Begin(version, correlationId, connection);
    }

    /// <summary>Counts of its API, for the answer's error codes and times.</summary>
    internal ApiMetrics Metrics => _metrics!;

    /// <summary>The handler has done what it can at once; if it is not done, it waits from now on.</summary>
    internal void OnHandlerReturned()
    {
        if (!IsCompleted && _connection is { } connection)
        {
            _returnedMicros = connection.ShardMetrics.NowMicros;
        }
    }

    /// <summary>The answer is about to be written; returns when the request had arrived.</summary>
    internal ResponseTimes OnReleased(long nowMicros)
    {
        _metrics!.ResponseQueueTime.Record(nowMicros - _completedMicros, _connection!.Shard.MonotonicMs);
        return new ResponseTimes(_metrics, _receivedMicros, nowMicros);
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

    private void OnTimed()
    {
        var metrics = _metrics!;
        var nowMs = Context.Shard.MonotonicMs;
        _completedMicros = _connection!.ShardMetrics.NowMicros;
        var returnedMicros = _returnedMicros == 0 ? _completedMicros : _returnedMicros;
        metrics.LocalTime.Record(returnedMicros - _startedMicros, nowMs);
        metrics.RemoteTime.Record(_completedMicros - returnedMicros, nowMs);
    }

    private protected abstract void SetThrottleTime(int throttleMs);

    private protected abstract bool TryAnswerError(ErrorCode error);

    private protected abstract void Recycle();
}
