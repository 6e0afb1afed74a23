using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Microsoft.Extensions.Logging;

namespace Deterministic.Server.Connections;

/// <summary>
/// Accepts the connections of one listener and gives each a home shard, one after the other. Owned by the shard that
/// opened the listener; lives from start to stop of the broker.
/// </summary>
public sealed class ConnectionAcceptor
{
    private readonly Shard _shard;
    private readonly ListenerOptions _options;
    private readonly IReadOnlyList<ConnectionSet> _homes;
    private readonly ConnectionQuota _quota;
    private readonly ConnectionRates _rates;
    private readonly ILogger _log;
    private readonly IListener _listener;
    private int _next;
    private bool _isClosed;

    internal ConnectionAcceptor(
        Shard shard, ListenerOptions options, IReadOnlyList<ConnectionSet> homes, ConnectionQuota quota, ConnectionRates rates, ILogger log)
    {
        _shard = shard;
        _options = options;
        _homes = homes;
        _quota = quota;
        _rates = rates;
        _log = log;
        _listener = shard.Network.Listen(options.Host, options.Port);
    }

    /// <summary>The port it listens on.</summary>
    public int Port => _listener.Port;

    /// <summary>Its name in <c>listeners</c>.</summary>
    public string ListenerName => _options.Name;

    /// <summary>Accepts until <see cref="Close"/>.</summary>
    internal void Start() => Conversation.Start(AcceptAllAsync(), _shard);

    /// <summary>Accepts no more; connections live on.</summary>
    internal void Close()
    {
        _isClosed = true;
        _listener.Dispose();
    }

    private async Task AcceptAllAsync()
    {
        while (!_isClosed)
        {
            IPendingConnection pending;
            try
            {
                pending = await _listener.AcceptAsync();
            }
            catch (NetworkException e)
            {
                Mark.Hit("listener.accept-ended");
                if (!_isClosed)
                {
                    ConnectionLog.AcceptFailed(_log, _options.Name, e.Message);
                }

                return;
            }

            Place(pending);
        }
    }

    private void Place(IPendingConnection pending)
    {
        var address = AddressText.WithoutPort(pending.RemoteAddress);
        var throttleMs = _rates.ThrottleMs(address);
        if (throttleMs > 0)
        {
            ConnectionLog.Throttled(_log, pending.RemoteAddress, throttleMs);
            _rates.After(throttleMs, pending.Refuse);
            return;
        }

        if (!_quota.TryEnter(address, out var refusal))
        {
            ConnectionLog.Refused(_log, pending.RemoteAddress, refusal);
            pending.Refuse();
            return;
        }

        var home = _homes[_next];
        _next = (_next + 1) % _homes.Count;
        home.Shard.Post(() => home.Adopt(pending, _options.Name, () => _shard.Post(() => _quota.Leave(address))));
    }
}
