using Deterministic.Kernel;
using Deterministic.Kernel.Time;
using Deterministic.Server.Quotas;

namespace Deterministic.Server.Connections;

/// <summary>
/// Whether one connection is muted, and which quotas concern its client. Owned by its connection.
/// <para>States: free; muted until a moment of the shard's monotonic time, which only moves on.</para>
/// </summary>
internal sealed class ConnectionThrottle(Shard shard, ShardQuotas quotas, ShardSignal room)
{
    private QuotaTable _table = QuotaTable.Empty;
    private string? _clientId;
    private ClientQuotas? _quotas;
    private ScheduledTimer? _timer;
    private long _untilMs;

    /// <summary>Whether nothing may be read.</summary>
    internal bool IsMuted { get; private set; }

    /// <summary>The quotas of the client by the image in force. With no quotas at all this is one comparison.</summary>
    internal ClientQuotas? QuotasOf(string? clientId)
    {
        if (!ReferenceEquals(_table, quotas.Table) || (_table.HasClients && !ReferenceEquals(_clientId, clientId)))
        {
            _table = quotas.Table;
            _clientId = clientId;
            _quotas = _table.Of(ShardQuotas.Anonymous, clientId ?? "");
        }

        return _quotas;
    }

    /// <summary>Nothing is read for so long, from now.</summary>
    internal void Mute(int throttleMs)
    {
        Mark.Hit("connection.muted");
        IsMuted = true;
        _untilMs = Math.Max(_untilMs, shard.MonotonicMs + throttleMs);
        if (_timer is not { IsCancelled: false })
        {
            Schedule();
        }
    }

    /// <summary>The connection is gone.</summary>
    internal void End() => _timer?.Cancel();

    private void Schedule() =>
        _timer = shard.Timers.Schedule(_untilMs, static state => ((ConnectionThrottle)state!).OnTime(), this);

    private void OnTime()
    {
        if (shard.MonotonicMs < _untilMs)
        {
            Mark.Hit("connection.muted-for-longer");
            Schedule();
            return;
        }

        IsMuted = false;
        room.Set();
    }
}
