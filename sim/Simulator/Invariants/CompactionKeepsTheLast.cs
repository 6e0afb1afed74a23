using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// Whatever compaction takes, the last committed record of every key stays; a tombstone may go, but not before
/// delete.retention.ms have passed since it was written (KIP-534). The last batch of every producer stays too, if need be
/// without records, so that who has only the log knows its last sequence.
/// </summary>
internal sealed class CompactionKeepsTheLast(World world, Func<string, bool> mayHarm) : IInvariant
{
    private readonly Dictionary<WatchedLog, KeyHistory> _histories = [];

    /// <inheritdoc/>
    public string Name => "compaction-keeps-the-last";

    /// <inheritdoc/>
    public void OnOpened(WatchedLog log, LogScan found)
    {
        if (_histories.TryGetValue(log, out var history))
        {
            history.CutTo(log.Now.End);
        }
    }

    /// <inheritdoc/>
    public void OnMoved(BrokerWatch watch, WatchedLog log)
    {
        if (log.WasCompact)
        {
            HistoryOf(log).Follow(watch.Disk);
        }
    }

    /// <inheritdoc/>
    public void Inspect(Inspection inspection)
    {
        foreach (var log in inspection.Logs)
        {
            if (log.Log!.Config.IsCompact && log.CompactedBelow > 0 && !mayHarm(log.Log.Path) && inspection.Scan(log) is { Problem: null } scan)
            {
                CheckKeys(inspection, log, scan);
                CheckProducers(inspection, log, scan);
            }
        }
    }

    private void CheckKeys(Inspection inspection, WatchedLog log, LogScan scan)
    {
        var history = HistoryOf(log);
        history.Follow(inspection.Disk);
        var replay = new ProducerReplay();
        replay.Follow(log.History);
        var aborted = replay.Model.Aborted;
        var present = new HashSet<(long Offset, string Key)>();
        foreach (var segment in scan.Segments)
        {
            foreach (var batch in segment.Batches.Where(batch => !batch.Attributes.IsControl))
            {
                foreach (var (key, record) in KeyHistory.RecordsOf(segment.Bytes.AsSpan(batch.Position, batch.SizeBytes), 0))
                {
                    present.Add((record.Offset, key));
                }
            }
        }

        foreach (var (key, records) in history.ByKey)
        {
            var last = records.FindLast(record => record.Offset < log.PromisedEnd && record.Offset < log.Now.End && !IsAborted(aborted, record));
            var isExpected = last.SeenMs > 0 && last.Offset >= log.HighestStart
                && !(last.IsTombstone && inspection.Watch.LatestWallMs - last.SeenMs > log.Log!.Config.DeleteRetentionMs);
            if (isExpected && !present.Contains((last.Offset, key)))
            {
                world.Fail(
                    Name,
                    $"{log} has lost the {(last.IsTombstone ? "tombstone" : "last value")} of key {key} at offset {last.Offset}, written at {last.SeenMs}; "
                    + $"compacted below {log.CompactedBelow}");
                return;
            }
        }
    }

    /// <summary>What an aborted transaction wrote counts for no key.</summary>
    private static bool IsAborted(List<(long ProducerId, long FirstOffset, long LastOffset)> aborted, KeyedRecord record) =>
        record.TransactionOf >= 0 && aborted.Exists(transaction =>
            transaction.ProducerId == record.TransactionOf && record.Offset >= transaction.FirstOffset && record.Offset < transaction.LastOffset);

    private void CheckProducers(Inspection inspection, WatchedLog log, LogScan scan)
    {
        foreach (var producer in log.Log!.Producers.Producers)
        {
            // One that has expired may come back with a start, until the next look for such; its batch does not.
            var hasExpired = inspection.Watch.LatestWallMs - producer.LastTimestamp >= log.Log.Config.ProducerIdExpirationMs;
            if (!hasExpired && producer.LastOffset >= log.HighestStart && producer.LastOffset < log.CompactedBelow
                && !scan.Batches.Any(batch => batch.ProducerId == producer.ProducerId && batch.LastOffset == producer.LastOffset))
            {
                world.Fail(
                    Name, $"{log} has lost the batch at offset {producer.LastOffset}, the last one of producer {producer.ProducerId}");
                return;
            }
        }
    }

    private KeyHistory HistoryOf(WatchedLog log)
    {
        if (!_histories.TryGetValue(log, out var history))
        {
            _histories.Add(log, history = new KeyHistory(log));
        }

        return history;
    }
}
