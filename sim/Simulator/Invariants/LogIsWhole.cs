using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// The files of a log are what the log says: segments in order without overlap, every byte part of a batch whose CRC fits,
/// offsets that rise without a gap from the log start on (compaction may leave gaps), leader epochs that never fall.
/// </summary>
internal sealed class LogIsWhole(World world, Func<string, bool> mayHarm) : IInvariant
{
    /// <inheritdoc/>
    public string Name => "log-whole";

    /// <inheritdoc/>
    public void OnOpened(WatchedLog log, LogScan found) => Check(log, found);

    /// <inheritdoc/>
    public void Inspect(Inspection inspection)
    {
        foreach (var log in inspection.Logs)
        {
            Check(log, inspection.Scan(log));
        }
    }

    private void Check(WatchedLog log, LogScan scan)
    {
        if (mayHarm(log.Log!.Path))
        {
            return;
        }

        var problem = scan.Problem ?? ProblemOfSegments(scan) ?? ProblemOfOffsets(log, scan);
        if (problem is not null)
        {
            world.Fail(Name, $"{log}: {problem}; {log.Now}");
        }
    }

    private static string? ProblemOfSegments(LogScan scan)
    {
        for (var i = 0; i < scan.Segments.Count; i++)
        {
            var segment = scan.Segments[i];
            if (segment.Batches.Count == 0)
            {
                continue;
            }

            var first = segment.Batches[0].BaseOffset;
            var last = segment.Batches[^1].LastOffset;
            if (first < segment.BaseOffset)
            {
                return $"{segment.Path} begins with offset {first}";
            }

            if (i + 1 < scan.Segments.Count && last >= scan.Segments[i + 1].BaseOffset)
            {
                return $"{segment.Path} reaches offset {last}, into {scan.Segments[i + 1].Path}";
            }
        }

        return null;
    }

    private static string? ProblemOfOffsets(WatchedLog log, LogScan scan)
    {
        long next = -1;
        var epoch = -1;
        foreach (var batch in scan.Batches)
        {
            var mayHaveGap = batch.BaseOffset <= Math.Max(log.HighestStart, log.CompactedBelow);
            if (batch.BaseOffset < next || batch.LastOffset < batch.BaseOffset || (next >= 0 && batch.BaseOffset != next && !mayHaveGap))
            {
                return $"{batch} follows offset {next - 1}";
            }

            if (batch.LeaderEpoch < epoch)
            {
                return $"{batch} follows leader epoch {epoch}";
            }

            next = batch.LastOffset + 1;
            epoch = batch.LeaderEpoch;
        }

        var end = next < 0 ? log.Now.End : next;
        var endMayBeBehind = log.Now.End <= Math.Max(log.HighestStart, log.CompactedBelow);
        return end == log.Now.End || (end < log.Now.End && endMayBeBehind)
            ? null
            : $"the last batch ends at {end - 1}";
    }
}
