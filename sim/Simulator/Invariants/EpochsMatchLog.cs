using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;
using Deterministic.Storage;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// The leader epochs that a log knows are those of its batches: each begins where the first batch of it stands, the first one
/// at the log start when what came before was removed (KIP-101).
/// </summary>
internal sealed class EpochsMatchLog(World world, Func<string, bool> mayHarm) : IInvariant
{
    /// <inheritdoc/>
    public string Name => "leader-epochs-match-log";

    /// <inheritdoc/>
    public void Inspect(Inspection inspection)
    {
        foreach (var log in inspection.Logs)
        {
            // A crash may bring back an earlier log start, from the checkpoint; the epochs were cut at the later one.
            var expected = EpochsOf(log, log.Now.Start);
            if (!mayHarm(log.Log!.Path) && !log.Log.LeaderEpochs.SequenceEqual(expected)
                && !log.Log.LeaderEpochs.SequenceEqual(EpochsOf(log, log.HighestStart))
                && !IsLeftByCrash(log))
            {
                world.Fail(
                    Name,
                    $"{log}: epochs {string.Join(", ", log.Log.LeaderEpochs)}; the batches say {string.Join(", ", expected)}; {log.Now}");
            }
        }
    }

    /// <summary>
    /// The epoch is noted before the first batch of it is written. When a crash takes that batch, an empty log keeps its epoch, since that of
    /// an empty log's start may stand for records that were removed.
    /// </summary>
    private static bool IsLeftByCrash(WatchedLog log) =>
        log.Now.Start == log.Now.End && log.Log!.LeaderEpochs is [var only] && only.StartOffset == log.Now.End && only.Epoch <= log.Partition?.LeaderEpoch;

    /// <summary>From the history, since compaction may have taken an epoch's first batch away.</summary>
    private static List<EpochStart> EpochsOf(WatchedLog log, long start)
    {
        var epochs = new List<EpochStart>();
        foreach (var batch in log.History.Batches)
        {
            if (batch.LeaderEpoch >= 0 && (epochs.Count == 0 || batch.LeaderEpoch > epochs[^1].Epoch))
            {
                epochs.Add(new EpochStart(batch.LeaderEpoch, batch.BaseOffset));
            }
        }

        var covering = epochs.FindLastIndex(epoch => epoch.StartOffset <= start);
        if (covering >= 0 && start > 0)
        {
            epochs[covering] = epochs[covering] with { StartOffset = start };
            epochs.RemoveRange(0, covering);
        }

        return epochs;
    }
}
