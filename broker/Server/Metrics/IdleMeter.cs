using Deterministic.Kernel;

namespace Deterministic.Server.Metrics;

/// <summary>Which share of the last <see cref="WindowMs"/> or a little more a shard had nothing to do. Owned by that shard.</summary>
public sealed class IdleMeter(Shard shard)
{
    /// <summary>The least time that is looked back on, once so much has passed.</summary>
    public const long WindowMs = 15_000;

    private (long Ms, long IdleTicks) _older = (shard.MonotonicMs, 0);
    private (long Ms, long IdleTicks) _newer = (shard.MonotonicMs, 0);

    /// <summary>The share, 0 to 1; 1 before any time has passed.</summary>
    public double Share()
    {
        var nowMs = shard.MonotonicMs;
        if (nowMs - _newer.Ms >= WindowMs)
        {
            _older = _newer;
            _newer = (nowMs, shard.IdleTicks);
        }

        var ticks = (nowMs - _older.Ms) * (double)shard.Clock.TimestampFrequency / 1000;
        return ticks <= 0 ? 1 : Math.Clamp((shard.IdleTicks - _older.IdleTicks) / ticks, 0, 1);
    }
}
