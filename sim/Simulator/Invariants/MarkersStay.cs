using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// A compacted log holds the marker of each transaction of which it holds a batch: without it the records of an aborted one would be read,
/// and those of any would be taken for undecided. A marker whose transaction is gone may go too, but not before delete.retention.ms have
/// passed since it was written.
/// </summary>
internal sealed class MarkersStay(World world, Func<string, bool> mayHarm) : IInvariant
{
    /// <inheritdoc/>
    public string Name => "markers-stay";

    /// <inheritdoc/>
    public void Inspect(Inspection inspection)
    {
        foreach (var log in inspection.Logs)
        {
            if (log.Log!.Config.IsCompact && log.CompactedBelow > 0 && !mayHarm(log.Log.Path) && inspection.Scan(log) is { Problem: null } scan)
            {
                Check(inspection, log, scan);
            }
        }
    }

    private void Check(Inspection inspection, WatchedLog log, LogScan scan)
    {
        var present = scan.Batches.Where(batch => batch.Attributes.IsControl).Select(batch => batch.BaseOffset).ToHashSet();
        var missing = log.History.Batches
            .Where(batch => batch.IsCommit is not null && batch.BaseOffset >= log.HighestStart && batch.BaseOffset < log.CompactedBelow && !present.Contains(batch.BaseOffset))
            .ToLookup(batch => batch.ProducerId);
        foreach (var marker in missing.SelectMany(ofProducer => ofProducer))
        {
            if (inspection.Watch.LatestWallMs - marker.SeenMs <= log.Log!.Config.DeleteRetentionMs)
            {
                world.Fail(Name, $"{log} has lost the marker {marker} within {log.Log.Config.DeleteRetentionMs} ms; compacted below {log.CompactedBelow}");
                return;
            }
        }

        foreach (var batch in scan.Batches.Where(batch => batch.Attributes.IsTransactional && !batch.Attributes.IsControl))
        {
            if (missing[batch.ProducerId].Any(marker => marker.BaseOffset > batch.LastOffset && !EndsBefore(log, batch, marker)))
            {
                world.Fail(Name, $"{log} holds {batch}, and the marker of its transaction is gone");
                return;
            }
        }
    }

    /// <summary>Whether an earlier marker than that one ends the transaction of the batch.</summary>
    private static bool EndsBefore(WatchedLog log, in KnownBatch batch, in KnownBatch marker)
    {
        foreach (var known in log.History.Batches)
        {
            if (known.IsCommit is not null && known.ProducerId == batch.ProducerId && known.BaseOffset > batch.LastOffset && known.BaseOffset < marker.BaseOffset)
            {
                return true;
            }
        }

        return false;
    }
}
