using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// After every step, log start &lt;= last stable offset &lt;= high watermark &lt;= durable end &lt;= written end = log end, and the
/// recovery point is not beyond the durable end.
/// </summary>
internal sealed class OffsetsInOrder(World world) : IInvariant
{
    /// <inheritdoc/>
    public string Name => "offsets-in-order";

    /// <inheritdoc/>
    public void OnMoved(BrokerWatch watch, WatchedLog log)
    {
        var now = log.Now;
        var isInOrder = now.Start <= now.Stable && now.Stable <= now.HighWatermark && now.HighWatermark <= now.Durable
            && now.Durable <= now.Written && now.Written == now.End && now.Recovery <= now.Durable;
        if (!isInOrder)
        {
            world.Fail(Name, $"{log}: {now}");
        }
    }
}
