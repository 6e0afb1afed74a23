using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;
using Deterministic.Storage;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// With durability disk, a loss of power right now would leave every record below the high watermark; with either
/// durability, every record below the recovery point. What a client was told is written was below the high watermark by then.
/// </summary>
internal sealed class AcknowledgedIsDurable(World world, Func<string, bool> mayHarm) : IInvariant
{
    /// <inheritdoc/>
    public string Name => "acknowledged-durable";

    /// <inheritdoc/>
    public void OnMoved(BrokerWatch watch, WatchedLog log)
    {
        if (DurableEnd(log) <= DurableEndBefore(log) || mayHarm(log.Log!.Path))
        {
            return;
        }

        var batches = log.History.Batches;
        for (var i = log.History.IndexFrom(DurableEndBefore(log)); i < batches.Count && batches[i].LastOffset < DurableEnd(log); i++)
        {
            var path = $"{log.Log.Path}/{StoragePaths.FileName(batches[i].SegmentBase, StoragePaths.LogSuffix)}";
            if (batches[i].LastOffset >= log.CompactedBelow && !watch.Disk.IsDurable(path, batches[i].Position, batches[i].SizeBytes))
            {
                world.Fail(Name, $"{log}: {batches[i]} at position {batches[i].Position} of {path} would not survive a loss of power; {log.Now}");
            }
        }
    }

    /// <inheritdoc/>
    public void OnAcknowledged(WatchedLog log, long lastOffset)
    {
        if (lastOffset >= log.PromisedEnd && !mayHarm(log.Log!.Path))
        {
            world.Fail(Name, $"{log}: a client was told that offset {lastOffset} is written; {log.Now}");
        }
    }

    /// <inheritdoc/>
    public void Inspect(Inspection inspection)
    {
        foreach (var log in inspection.Logs)
        {
            if (!mayHarm(log.Log!.Path))
            {
                CheckFiles(inspection, log);
            }
        }
    }

    private static long DurableEnd(WatchedLog log) =>
        log.Log!.Config.Durability == Durability.Disk ? Math.Max(log.Now.HighWatermark, log.Now.Recovery) : log.Now.Recovery;

    private static long DurableEndBefore(WatchedLog log) =>
        log.Log!.Config.Durability == Durability.Disk ? Math.Max(log.Before.HighWatermark, log.Before.Recovery) : log.Before.Recovery;

    private void CheckFiles(Inspection inspection, WatchedLog log)
    {
        foreach (var segment in inspection.Scan(log).Segments)
        {
            long end = 0;
            foreach (var batch in segment.Batches)
            {
                end = batch.LastOffset < DurableEnd(log) ? batch.Position + batch.SizeBytes : end;
            }

            if (end > 0 && !inspection.Disk.IsDurable(segment.Path, 0, end))
            {
                world.Fail(Name, $"{log}: the first {end} bytes of {segment.Path} would not survive a loss of power; {log.Now}");
            }
        }
    }
}
