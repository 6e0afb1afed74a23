using System.Buffers.Binary;
using Deterministic.Simulator.Disks;
using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;
using Deterministic.Storage;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// The aborted transactions that a segment's index lists are those whose marker stands in the segment. One of which compaction has
/// left no record, or whose records the log start has passed, may be listed or not; one of which it has taken the first records may begin with what is left.
/// </summary>
internal sealed class TransactionIndexMatchesLog(World world, Func<string, bool> mayHarm) : IInvariant
{
    private readonly Dictionary<WatchedLog, ProducerReplay> _replays = [];

    /// <inheritdoc/>
    public string Name => "transaction-index-matches-log";

    /// <inheritdoc/>
    public void Inspect(Inspection inspection)
    {
        foreach (var log in inspection.Logs)
        {
            if (!mayHarm(log.Log!.Path))
            {
                Inspect(inspection, log);
            }
        }
    }

    private void Inspect(Inspection inspection, WatchedLog log)
    {
        if (!_replays.TryGetValue(log, out var replay))
        {
            replay = new ProducerReplay();
            _replays.Add(log, replay);
        }

        replay.Follow(log.History);
        var segments = log.Log!.Segments;
        for (var i = 0; i < segments.Count; i++)
        {
            var end = i + 1 < segments.Count ? segments[i + 1].BaseOffset : long.MaxValue;
            var expected = replay.Model.Aborted.FindAll(t => t.LastOffset >= segments[i].BaseOffset && t.LastOffset < end);
            var found = i + 1 < segments.Count ? Read(inspection.Disk, segments[i].Transactions.Path) : [.. segments[i].Transactions.Entries.Select(Of)];
            var cutBelow = Math.Max(log.CompactedBelow, log.Now.Start);
            expected = [.. expected.Select(t => t.FirstOffset >= cutBelow || found.Contains(t) ? t : WhatMayStand(found, WhatIsLeft(inspection.Scan(log), t), t)).OfType<(long, long, long)>()];
            if (!found.SequenceEqual(expected))
            {
                world.Fail(
                    Name,
                    $"{log}: segment {segments[i].BaseOffset} lists {string.Join(", ", found)}; its markers abort {string.Join(", ", expected)}");
            }
        }
    }

    /// <summary>An entry that was made when more was left, or that covers what is left.</summary>
    private static (long ProducerId, long FirstOffset, long LastOffset)? WhatMayStand(
        List<(long ProducerId, long FirstOffset, long LastOffset)> found,
        (long ProducerId, long FirstOffset, long LastOffset)? left,
        (long ProducerId, long FirstOffset, long LastOffset) transaction)
    {
        var covering = found.FindIndex(entry => entry.ProducerId == transaction.ProducerId && entry.LastOffset == transaction.LastOffset
            && entry.FirstOffset >= transaction.FirstOffset && entry.FirstOffset <= (left?.FirstOffset ?? transaction.LastOffset));
        return covering >= 0 ? found[covering] : left;
    }

    private static (long ProducerId, long FirstOffset, long LastOffset)? WhatIsLeft(
        LogScan scan, (long ProducerId, long FirstOffset, long LastOffset) transaction)
    {
        foreach (var batch in scan.Batches)
        {
            if (batch.ProducerId == transaction.ProducerId && batch.BaseOffset >= transaction.FirstOffset && batch.LastOffset < transaction.LastOffset)
            {
                return transaction with { FirstOffset = batch.BaseOffset };
            }
        }

        return null;
    }

    private static (long ProducerId, long FirstOffset, long LastOffset) Of(AbortedTransaction entry) =>
        (entry.ProducerId, entry.FirstOffset, entry.LastOffset);

    private static List<(long ProducerId, long FirstOffset, long LastOffset)> Read(DiskWitness disk, string path)
    {
        var bytes = disk.ReadAll(path);
        var entries = new List<(long, long, long)>();
        for (var at = 0; at + TransactionIndex.EntryBytes <= bytes.Length; at += TransactionIndex.EntryBytes)
        {
            var entry = bytes.AsSpan(at + sizeof(short));
            entries.Add((
                BinaryPrimitives.ReadInt64BigEndian(entry),
                BinaryPrimitives.ReadInt64BigEndian(entry[8..]),
                BinaryPrimitives.ReadInt64BigEndian(entry[16..])));
        }

        return entries;
    }
}
