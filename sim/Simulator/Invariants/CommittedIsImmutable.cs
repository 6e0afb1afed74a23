using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// What was once below the high watermark is there, byte for byte, in this life of the broker and in every later one, until
/// retention, DeleteRecords or compaction removes it; and a log never holds a batch that it was not given. In particular a
/// topic that is created again begins empty.
/// </summary>
internal sealed class CommittedIsImmutable(World world, Func<string, bool> mayHarm, Promises promises) : IInvariant
{
    /// <inheritdoc/>
    public string Name => "committed-immutable";

    /// <inheritdoc/>
    public void OnOpened(WatchedLog log, LogScan found)
    {
        if (mayHarm(log.Log!.Path))
        {
            return;
        }

        if (log.Opens > 1)
        {
            Compare(log, found, isOpening: true);
        }
        else if (!log.IsMetadata && found.Batches.Count > 0 && found.Batches[0].BaseOffset < log.Now.Recovery)
        {
            // What lies behind the recovery point was appended by the step that opened it: a step may make a partition and serve it.
            world.Fail(Name, $"{log} is new and begins with {found.Batches[0]}");
        }
    }

    /// <inheritdoc/>
    public void Inspect(Inspection inspection)
    {
        foreach (var log in inspection.Logs)
        {
            if (!mayHarm(log.Log!.Path))
            {
                Compare(log, inspection.Scan(log), isOpening: false);
            }
        }
    }

    private void Compare(WatchedLog log, LogScan scan, bool isOpening)
    {
        if (log.Now.End < log.PromisedEnd)
        {
            world.Fail(Name, $"{log} ends at {log.Now.End}; records up to {log.PromisedEnd} had been committed");
            return;
        }

        var known = log.History.Batches;
        var next = 0;
        foreach (var found in scan.Batches)
        {
            while (next < known.Count && known[next].BaseOffset < found.BaseOffset)
            {
                CheckMayBeMissing(log, known[next++], isOpening);
            }

            if (isOpening && found.BaseOffset >= log.PromisedEnd && (log.IsMetadata || found.Attributes.IsControl || found.BaseOffset >= log.Now.Recovery))
            {
                // Appended by the step that opened it, or while the node starts by the quorum or a transaction coordinator, in place of
                // what was not committed before.
                return;
            }

            if (next < known.Count)
            {
                CheckSame(log, known[next], found);
                next += known[next].BaseOffset == found.BaseOffset ? 1 : 0;
            }
            else if (!isOpening || found.BaseOffset < log.History.EndOffset)
            {
                world.Fail(Name, $"{log} holds {found}, which it was never given");
            }
        }

        for (; next < known.Count; next++)
        {
            CheckMayBeMissing(log, known[next], isOpening);
        }
    }

    private void CheckMayBeMissing(WatchedLog log, in KnownBatch known, bool isOpening)
    {
        var mustBeThere = known.LastOffset >= log.HighestStart && known.LastOffset < log.PromisedEnd && known.LastOffset >= log.CompactedBelow;
        if (mustBeThere && !(isOpening && MayHaveGoneUnseen(log, known)))
        {
            world.Fail(Name, $"{log} has lost {known}; it is committed up to {log.PromisedEnd} and begins at {log.HighestStart}");
        }
    }

    /// <summary>A crash amidst retention, or a deletion of records that somebody asked for: segments are gone, and nobody saw the log start move.</summary>
    private bool MayHaveGoneUnseen(WatchedLog log, in KnownBatch known)
    {
        var config = log.Log!.Config;
        var nowMs = log.Broker.Node.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var isLimited = config.RetentionBytes >= 0 || (config.RetentionMs >= 0 && nowMs - Math.Max(known.MaxTimestamp, 0) > config.RetentionMs);
        return known.LastOffset < log.Now.Start && ((config.IsDelete && isLimited) || known.LastOffset < promises.AskedBelow(log.Name));
    }

    private void CheckSame(WatchedLog log, in KnownBatch known, in KnownBatch found)
    {
        var isSame = found.LastOffset < log.CompactedBelow
            ? found.BaseOffset == known.BaseOffset && found.LastOffset == known.LastOffset && found.LeaderEpoch == known.LeaderEpoch
                && found.ProducerId == known.ProducerId && found.BaseSequence == known.BaseSequence
            : found.IsSame(known);
        if (!isSame)
        {
            world.Fail(Name, $"{log} holds {found} where {known} was appended");
        }
    }
}
