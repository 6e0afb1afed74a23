using Deterministic.Kernel;
using Deterministic.Server.Quotas;

namespace Deterministic.Server.Connections;

/// <summary>
/// Holds back addresses that connect too often (KIP-612): a connection above the quota is left alone until the rate would be
/// as low as it must, and then closed, so that who tries again at once is slowed down. Owned by the shard that accepts, lives as long.
/// </summary>
internal sealed class ConnectionRates(ShardQuotas quotas)
{
    /// <summary>Connections that wait to be closed; beyond, they are closed at once.</summary>
    internal const int WaitingMax = 1_000;

    private int _waiting;

    /// <summary>How long a connection from there is to wait for its end; 0 when it may come in.</summary>
    internal long ThrottleMs(string address)
    {
        if (!quotas.Table.HasAddresses || quotas.Table.OfAddress(address) is not { } bound)
        {
            return 0;
        }

        var nowMs = quotas.NowMs;
        var sensor = quotas.Sensors.Get(QuotaKind.Connection, address);
        var throttleMs = Math.Min(sensor.Record(1, bound, nowMs), quotas.Sensors.Windows.WindowMs);
        if (throttleMs > 0)
        {
            Mark.Hit("quota.connection-throttled");
            sensor.Unrecord(1, nowMs);
            sensor.OnThrottled(throttleMs, nowMs);
        }

        return throttleMs;
    }

    /// <summary>Does it later, or at once when too many wait already.</summary>
    internal void After(long waitMs, Action refuse)
    {
        if (_waiting >= WaitingMax)
        {
            Mark.Hit("quota.too-many-connections-wait");
            refuse();
            return;
        }

        _waiting++;
        quotas.Shard.Timers.Schedule(
            quotas.NowMs + waitMs,
            _ =>
            {
                _waiting--;
                refuse();
            },
            null);
    }
}
