using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// The log start rises only by retention: past records older than retention.ms, or past what is more than retention.bytes; or
/// to where a client asked; never by a start. Where records are deleted at all, the last steps before a stop or a crash may have done it unseen, so that
/// a start is held to it only for logs whose records never go.
/// </summary>
internal sealed class RetentionTakesOnlyTheOld(World world, Func<string, bool> mayHarm, Promises promises) : IInvariant
{
    /// <inheritdoc/>
    public string Name => "retention-takes-only-the-old";

    /// <inheritdoc/>
    public void OnOpened(WatchedLog log, LogScan found)
    {
        if (!log.IsMetadata && !log.Configs.Any(config => config.IsDelete) && !mayHarm(log.Log!.Path) && log.Now.Start > log.HighestStart
            && log.Now.Start > promises.AskedBelow(log.Name))
        {
            world.Fail(Name, $"{log} is opened with log start {log.Now.Start}; it was never above {log.HighestStart}");
        }
    }

    /// <inheritdoc/>
    public void OnMoved(BrokerWatch watch, WatchedLog log)
    {
        if (log.IsMetadata || log.Now.Start <= log.Before.Start || mayHarm(log.Log!.Path) || log.Now.Start <= promises.AskedBelow(log.Name))
        {
            return;
        }

        // It may have been done by a configuration that was changed within the same step.
        var configs = log.Configs.Where(config => config.IsDelete).ToArray();
        if (configs.Any(config => config.RetentionBytes >= 0 && log.Log.SizeBytes >= config.RetentionBytes))
        {
            return;
        }

        var config = log.Log.Config;

        var nowMs = watch.Broker.Node.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var batch in log.History.Batches)
        {
            // Compaction may have taken the youngest record of a batch, and then the batch counts as older.
            var wentNow = batch.LastOffset >= Math.Max(log.Before.Start, log.CompactedBelow) && batch.LastOffset < log.Now.Start;
            var isOld = configs.Any(by => by.RetentionMs >= 0 && nowMs - Math.Max(batch.MaxTimestamp, 0) > by.RetentionMs);
            if (wentNow && !isOld)
            {
                world.Fail(
                    Name,
                    $"{log}: {batch} of time {batch.MaxTimestamp} went at {nowMs}; retention.ms is {config.RetentionMs}, "
                    + $"retention.bytes {config.RetentionBytes}, {log.Log.SizeBytes} bytes are left");
                return;
            }
        }
    }
}
