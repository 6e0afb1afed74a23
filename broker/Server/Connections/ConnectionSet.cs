using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Kernel.Time;
using Deterministic.Server.Metrics;
using Deterministic.Server.Quotas;
using Microsoft.Extensions.Logging;

namespace Deterministic.Server.Connections;

/// <summary>
/// The connections whose home is one shard. Closes those on which nothing moves: idle clients, and clients that do not
/// take their answers. Owned by that shard, lives as long.
/// </summary>
public sealed class ConnectionSet(Shard shard, RequestRouter router, ConnectionLimits limits, ShardQuotas quotas, ShardMetrics metrics, ILogger log)
{
    private readonly Dictionary<Connection, Action> _connections = [];
    private readonly List<Connection> _closing = [];
    private ScheduledTimer? _idleCheck;
    private TaskCompletionSource? _drained;

    /// <summary>Open connections.</summary>
    public int Count => _connections.Count;

    internal Shard Shard { get; } = shard;

    internal RequestRouter Router { get; } = router;

    internal ShardQuotas Quotas { get; } = quotas;

    internal ShardMetrics Metrics { get; } = metrics;

    /// <summary>Open connections that came in by a listener.</summary>
    internal int CountOf(string listenerName)
    {
        var count = 0;
        foreach (var connection in _connections.Keys)
        {
            count += connection.ListenerName == listenerName ? 1 : 0;
        }

        return count;
    }

    /// <summary>Replaced when the broker's configuration changes; connections ask for them each time.</summary>
    internal ConnectionLimits Limits { get; set; } = limits;

    internal ILogger Log { get; } = log;

    /// <summary>Opens a connection here; <paramref name="onClosed"/> is called on this shard when it ended.</summary>
    public void Adopt(IPendingConnection pending, string listenerName, Action onClosed)
    {
        Check.That(Shard.IsCurrent, $"a connection was opened away from shard {Shard.Id}");
        if (_drained is not null)
        {
            Mark.Hit("connection.refused-while-stopping");
            pending.Refuse();
            onClosed();
            return;
        }

        Connection connection;
        try
        {
            connection = new Connection(this, pending.Open(), listenerName);
        }
        catch (NetworkException e)
        {
            Mark.Hit("connection.not-opened");
            ConnectionLog.Closed(Log, pending.RemoteAddress, e.Message);
            onClosed();
            return;
        }

        _connections.Add(connection, onClosed);
        connection.Metrics.Opened++;
        ConnectionLog.Opened(Log, connection.RemoteAddress, listenerName, Shard.Id);
        ScheduleIdleCheck();
        Conversation.Start(connection.RunAsync(), Shard);
    }

    /// <summary>Stops reading everywhere; completes when every connection has answered what was under way, or after the limit.</summary>
    public Task StopAsync()
    {
        _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var connection in _connections.Keys.ToArray())
        {
            connection.Drain("the broker stops");
        }

        MaybeDrained();
        return _drained.Task;
    }

    internal void OnDraining(Connection connection) =>
        Shard.Timers.Schedule(
            Shard.MonotonicMs + Limits.DrainMsMax,
            static state => ((Connection)state!).Close("requests were still under way at the limit for draining"),
            connection);

    internal void OnClosed(Connection connection)
    {
        if (_connections.Remove(connection, out var onClosed))
        {
            connection.Metrics.Closed++;
            onClosed();
            MaybeDrained();
        }
    }

    private void MaybeDrained()
    {
        if (_drained is not null && _connections.Count == 0)
        {
            _idleCheck?.Cancel();
            _drained.TrySetResult();
        }
    }

    private void ScheduleIdleCheck()
    {
        if (Limits.IdleMsMax < 1 || _idleCheck is { IsCancelled: false })
        {
            return;
        }

        var waitMs = Math.Clamp(Limits.IdleMsMax / 2, 1, ConnectionLimits.IdleCheckMsMax);
        _idleCheck = Shard.Timers.Schedule(Shard.MonotonicMs + waitMs, static state => ((ConnectionSet)state!).CloseIdle(), this);
    }

    private void CloseIdle()
    {
        var oldestMs = Shard.MonotonicMs - Limits.IdleMsMax;
        foreach (var connection in _connections.Keys)
        {
            if (connection.LastProgressMs < oldestMs && !connection.IsOurTurn)
            {
                _closing.Add(connection);
            }
        }

        foreach (var connection in _closing)
        {
            Mark.Hit("connection.idle-closed");
            connection.Metrics.Expired++;
            connection.Close($"nothing moved for {Limits.IdleMsMax} ms (connections.max.idle.ms), {connection.PendingResponseBytes} bytes of answers were not taken");
        }

        _closing.Clear();
        if (_connections.Count > 0)
        {
            ScheduleIdleCheck();
        }
    }
}
