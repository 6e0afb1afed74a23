using System.Buffers.Binary;
using Deterministic.Simulator.Disks;
using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;
using Deterministic.Storage;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// Every entry of an offset index names a batch that stands where it says; every entry of a time index a timestamp that no
/// record up to its offset exceeds, the last one of a sealed segment the latest there is. Then a lookup finds what a scan would.
/// </summary>
internal sealed class IndexesMatchLog(World world, Func<string, bool> mayHarm) : IInvariant
{
    /// <inheritdoc/>
    public string Name => "indexes-match-log";

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
        var contents = inspection.Scan(log).Segments;
        for (var i = 0; i < contents.Count; i++)
        {
            var segment = log.Log!.Segments[i];
            var problem = ProblemOfOffsets(contents[i], EntriesOf(inspection.Disk, segment.Offsets.File))
                ?? ProblemOfTimes(contents[i], EntriesOf(inspection.Disk, segment.Times.File), isSealed: i < contents.Count - 1);
            if (problem is not null)
            {
                world.Fail(Name, $"{log}: segment {contents[i].BaseOffset}: {problem}");
            }
        }
    }

    /// <summary>The entries as a lookup sees them: in memory for the active segment, in the file for a sealed one.</summary>
    private static List<byte[]> EntriesOf(DiskWitness disk, IndexFile index)
    {
        var entries = new List<byte[]>();
        var file = index.IsResident ? [] : disk.ReadAll(index.Path);
        var count = index.IsResident ? index.Count : file.Length / index.EntryBytes;
        for (var i = 0; i < count; i++)
        {
            var entry = new byte[index.EntryBytes];
            if (index.IsResident)
            {
                index.Read(i, entry);
            }
            else
            {
                file.AsSpan(i * index.EntryBytes, index.EntryBytes).CopyTo(entry);
            }

            entries.Add(entry);
        }

        return entries;
    }

    private static string? ProblemOfOffsets(SegmentContent segment, List<byte[]> entries)
    {
        var batches = segment.Batches;
        var next = 0;
        foreach (var entry in entries)
        {
            var offset = segment.BaseOffset + BinaryPrimitives.ReadInt32BigEndian(entry);
            var position = BinaryPrimitives.ReadInt32BigEndian(entry.AsSpan(4));
            while (next < batches.Count && batches[next].Position < position)
            {
                next++;
            }

            if (next == batches.Count || batches[next].Position != position || batches[next].LastOffset != offset)
            {
                return $"the offset index says that the batch at position {position} ends with offset {offset}";
            }

            next++;
        }

        return null;
    }

    private static string? ProblemOfTimes(SegmentContent segment, List<byte[]> entries, bool isSealed)
    {
        var batches = segment.Batches;
        var next = 0;
        var latest = -1L;
        var before = -1L;
        foreach (var entry in entries)
        {
            var timestamp = BinaryPrimitives.ReadInt64BigEndian(entry);
            var offset = segment.BaseOffset + BinaryPrimitives.ReadInt32BigEndian(entry.AsSpan(8));
            for (; next < batches.Count && batches[next].LastOffset <= offset; next++)
            {
                latest = Math.Max(latest, batches[next].MaxTimestamp);
            }

            if (timestamp <= before || timestamp < latest || next == 0)
            {
                return $"the time index says that nothing up to offset {offset} is later than {timestamp}; the batches say {latest}, the entry before {before}";
            }

            before = timestamp;
        }

        // Times before 1970 are taken as they come; the index has no entry for them.
        var latestOfAll = batches.Select(batch => batch.MaxTimestamp).Append(-1).Max();
        return !isSealed || before == latestOfAll ? null : $"the time index ends with {before}; the latest timestamp is {latestOfAll}";
    }
}
