using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// Within a life of a broker, log start, last stable offset, high watermark, log end, recovery point and leader epoch never
/// move back; across a clean stop neither do they. After a crash only the log start may: its checkpoint is written now and then.
/// </summary>
internal sealed class OffsetsNeverFall(World world, Func<string, bool> mayHarm) : IInvariant
{
    private readonly Dictionary<WatchedLog, (LogOffsets Offsets, int LeaderEpoch)> _known = [];
    private readonly HashSet<string> _stopping = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Name => "offsets-monotonic";

    /// <inheritdoc/>
    public void OnMoved(BrokerWatch watch, WatchedLog log)
    {
        var leaderEpoch = log.Partition?.LeaderEpoch ?? log.Now.LatestEpoch;
        if (_known.TryGetValue(log, out var known) && !mayHarm(log.Log!.Path))
        {
            Check(log, known.Offsets, known.LeaderEpoch, leaderEpoch);
        }

        _known[log] = (log.Now, leaderEpoch);
    }

    /// <inheritdoc/>
    public void OnState(BrokerWatch watch, BrokerState state)
    {
        var wasStopping = _stopping.Remove(watch.Broker.Node.Name);
        if (state == BrokerState.Stopping)
        {
            _stopping.Add(watch.Broker.Node.Name);
        }
        else if (state == BrokerState.Down)
        {
            // What the marks may be after a crash is the matter of committed-immutable. The quorum finds its high watermark anew.
            var wasClean = wasStopping && watch.Broker.Node.LastEnd == ProcessEnd.Exit;
            foreach (var log in watch.Logs)
            {
                if (!wasClean || log.IsMetadata || log.HasFailed)
                {
                    _known.Remove(log);
                }
            }
        }
    }

    private void Check(WatchedLog log, in LogOffsets before, int epochBefore, int epoch)
    {
        var now = log.Now;
        var hasFallen = now.Start < before.Start ? "log start"
            : now.Stable < before.Stable ? "last stable offset"
            : now.HighWatermark < before.HighWatermark ? "high watermark"
            : now.End < before.End ? "log end"
            : now.Recovery < before.Recovery ? "recovery point"
            : now.LatestEpoch < before.LatestEpoch || epoch < epochBefore ? "leader epoch"
            : null;
        if (hasFallen is not null)
        {
            world.Fail(Name, $"{log}: the {hasFallen} moved back: {now}, leader epoch {epoch}; before: {before}, leader epoch {epochBefore}");
        }
    }
}
