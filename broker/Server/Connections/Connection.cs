using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Metrics;
using Deterministic.Server.Quotas;
using Microsoft.Extensions.Logging;

namespace Deterministic.Server.Connections;

/// <summary>
/// The conversation with one client: receives, cuts frames, starts each request as soon as it is here, and answers in
/// request order. Owned by its home shard; lives until either side closes.
/// <para>States: open; draining (nothing more is read, what is under way is still answered); closed.</para>
/// </summary>
public sealed class Connection
{
    /// <summary>Of a client that has not said, as Kafka calls it.</summary>
    internal const string UnknownSoftware = "unknown";

    private readonly ConnectionSet _owner;
    private readonly INetworkStream _stream;
    private readonly FrameReader _frames;
    private readonly Queue<RequestExchange> _responses = new();
    private readonly ResponseSender _sender;
    private readonly ShardSignal _room = new();
    private readonly RequestReader _requests;
    private readonly ConnectionThrottle _throttle;
    private long _bytesInFlight;
    private bool _isDraining;
    private bool _isClosed;
    private bool _isReleasing;

    internal Connection(ConnectionSet owner, INetworkStream stream, string listenerName)
    {
        _owner = owner;
        _stream = stream;
        _frames = new FrameReader(owner.Shard.Buffers, owner.Limits.RequestBytesMax);
        _sender = new ResponseSender(this, stream, owner.Shard);
        _requests = new RequestReader(this, owner.Router);
        _throttle = new ConnectionThrottle(owner.Shard, owner.Quotas, _room);
        RemoteAddress = stream.RemoteAddress;
        ClientAddress = "/" + AddressText.WithoutPort(RemoteAddress);
        ListenerName = listenerName;
        Metrics = owner.Metrics.OfListener(listenerName);
        LastProgressMs = owner.Shard.MonotonicMs;
    }

    /// <summary>Address and port of the client.</summary>
    public string RemoteAddress { get; }

    /// <summary>As groups show it: <c>/127.0.0.1</c>.</summary>
    public string ClientAddress { get; }

    /// <summary>The listener it came in by.</summary>
    public string ListenerName { get; }

    /// <summary>Counters of its listener.</summary>
    internal ListenerMetrics Metrics { get; }

    /// <summary>Counters of its shard.</summary>
    internal ShardMetrics ShardMetrics => _owner.Metrics;

    /// <summary>When the last bytes arrived, in <see cref="ShardMetrics.NowMicros"/>.</summary>
    internal long ReceivedMicros { get; private set; }

    /// <summary>What the client called itself in its last request.</summary>
    public string? ClientId { get; internal set; }

    /// <summary>What it called its software (KIP-511).</summary>
    internal string SoftwareName { get; set; } = UnknownSoftware;

    /// <summary>The version of that.</summary>
    internal string SoftwareVersion { get; set; } = UnknownSoftware;

    /// <summary>When bytes last moved in either direction, in <see cref="Shard.MonotonicMs"/>.</summary>
    internal long LastProgressMs { get; private set; }

    /// <summary>The quotas that concern the client now; null for nearly everybody.</summary>
    internal ClientQuotas? Quotas => _throttle.QuotasOf(ClientId);

    /// <summary>The quotas of the broker, as its home shard sees them.</summary>
    internal ShardQuotas ShardQuotas => _owner.Quotas;

    /// <summary>The request whose handler is on the stack, while it is not answered.</summary>
    internal RequestExchange? Starting { get; set; }

    internal ILogger Log => _owner.Log;

    internal Shard Shard => _owner.Shard;

    /// <summary>Requests that were started and whose responses have not been released.</summary>
    internal int RequestsInFlight => _responses.Count;

    /// <summary>Bytes of responses in memory that the client has not taken.</summary>
    internal long PendingResponseBytes => _sender.PendingBytes;

    /// <summary>Whether it is our turn: a request is under way and the client has taken all answers. Then it is not idle, however long it takes.</summary>
    internal bool IsOurTurn => _responses.Count > 0 && _sender.IsIdle;

    /// <summary>The client is over a quota: nothing more is read from it for so long.</summary>
    internal void Throttle(int throttleMs)
    {
        if (!_isClosed)
        {
            _throttle.Mute(throttleMs);
        }
    }

    /// <summary>Serves the client until one side closes.</summary>
    internal async Task RunAsync()
    {
        try
        {
            await ReceiveAllAsync();
        }
        catch (IOException e)
        {
            Mark.Hit("connection.broke-while-receiving");
            Close(e.Message);
        }
        finally
        {
            // Not in Close: a receive that is under way still writes into the buffer.
            _frames.Release();
        }
    }

    /// <summary>Gives a request its place in the response order.</summary>
    internal void Enqueue(RequestExchange exchange)
    {
        _responses.Enqueue(exchange);
        _bytesInFlight += exchange.RequestBytes;
        Metrics.Requests++;
    }

    /// <summary>A request was answered; the answer leaves when all before it have left.</summary>
    internal void OnCompleted()
    {
        if (!_isReleasing)
        {
            _isReleasing = true;
            Release();
            _isReleasing = false;
        }
    }

    /// <summary>Bytes moved.</summary>
    internal void OnProgress() => LastProgressMs = Shard.MonotonicMs;

    /// <summary>Everything that was released has been sent.</summary>
    internal void OnSendIdle()
    {
        _room.Set();
        MaybeFinishDraining();
    }

    /// <summary>Sending failed.</summary>
    internal void OnBroken(string reason) => Close(reason);

    /// <summary>Reads nothing more, answers what is under way, then closes.</summary>
    internal void Drain(string reason)
    {
        if (_isDraining || _isClosed)
        {
            return;
        }

        _isDraining = true;
        _owner.OnDraining(this);
        ConnectionLog.Draining(Log, RemoteAddress, reason);
        _room.Set();
        HurryAll();
        MaybeFinishDraining();
    }

    /// <summary>Closes now; responses that are not out are dropped.</summary>
    internal void Close(string reason)
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        _throttle.End();
        ConnectionLog.Closed(Log, RemoteAddress, reason);
        _stream.Dispose();
        _sender.Close();
        _room.Set();
        HurryAll();
        Release();
        _owner.OnClosed(this);
    }

    private void HurryAll()
    {
        foreach (var exchange in _responses.ToArray())
        {
            exchange.Hurry();
        }
    }

    private bool MayRead => !_isDraining && !_isClosed;

    /// <summary>A client that has a quota is answered before its next request is started, as by Kafka: what it can use is known by then.</summary>
    private bool HasRoom =>
        !_throttle.IsMuted
        && _responses.Count < (Quotas is null ? _owner.Limits.RequestsInFlightMax : 1)
        && _bytesInFlight < _owner.Limits.RequestBytesInFlightMax
        && _sender.PendingBytes < _owner.Limits.PendingResponseBytesMax;

    private async Task ReceiveAllAsync()
    {
        while (MayRead)
        {
            if (!_frames.HasPartialFrame)
            {
                // An idle connection holds no buffer: wait until there is something to receive.
                _frames.ReleaseIfEmpty();
                await _stream.ReceiveAsync(Memory<byte>.Empty);
            }

            if (!MayRead)
            {
                return;
            }

            var count = await _stream.ReceiveAsync(_frames.Room());
            if (!MayRead)
            {
                return;
            }

            if (count == 0)
            {
                Mark.Hit("connection.closed-by-client");
                Drain("the client closed");
                return;
            }

            OnProgress();
            ReceivedMicros = ShardMetrics.NowMicros;
            Metrics.BytesIn += count;
            _frames.OnReceived(count);
            await StartRequestsAsync();
        }
    }

    private async ValueTask StartRequestsAsync()
    {
        while (MayRead)
        {
            while (MayRead && !HasRoom)
            {
                Mark.Hit("connection.waits-for-room");
                await _room.WaitAsync();
            }

            if (!MayRead || !_frames.TryTake(out var frame))
            {
                break;
            }

            if (!_requests.TryStart(frame, out var refusal))
            {
                Refuse(refusal);
                return;
            }
        }

        if (_frames.Failure is { } failure)
        {
            Refuse(failure);
        }
    }

    private void Refuse(string reason)
    {
        Mark.Hit("connection.request-refused");
        ConnectionLog.Refused(Log, RemoteAddress, reason);
        Drain(reason);
    }

    /// <summary>Releases what is answered, in request order, up to the first that is not.</summary>
    private void Release()
    {
        while (_responses.TryPeek(out var head) && head.IsCompleted)
        {
            _responses.Dequeue();
            _bytesInFlight -= head.RequestBytes;
            var closeReason = head.Context.CloseReason;
            if (_isClosed || head.Context.IsUnanswered)
            {
                head.OnSent();
            }
            else
            {
                Send(head);
            }

            if (closeReason is not null)
            {
                Refuse(closeReason);
            }
        }

        if (!_isClosed)
        {
            _room.Set();
            MaybeFinishDraining();
        }
    }

    private void Send(RequestExchange exchange)
    {
        bool holdsFiles;
        try
        {
            holdsFiles = exchange.Encode(_sender);
        }
        catch (UnwritableMessageException e)
        {
            Mark.Hit("connection.answer-unwritable");
            // Answers leave in request order: without this one, none after it can.
            ConnectionLog.Unwritable(Log, RemoteAddress, exchange.Context.Api.Key, exchange.Context.Version, e.Message);
            exchange.OnSent();
            Close(e.Message);
            return;
        }

        Metrics.Responses++;
        if (holdsFiles)
        {
            _sender.FinishAfterLast(exchange);
        }
        else
        {
            exchange.OnSent();
        }

        _sender.Schedule();
    }

    private void MaybeFinishDraining()
    {
        if (_isDraining && !_isClosed && _responses.Count == 0 && _sender.IsIdle)
        {
            Close("drained");
        }
    }
}
