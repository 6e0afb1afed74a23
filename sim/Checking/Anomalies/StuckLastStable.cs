using Deterministic.Checking.Facts;
using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Anomalies;

/// <summary>
/// After everything healed, a log's last stable offset stood still below the high watermark for longer than any transaction
/// can live: it hangs, and read-committed consumers hang with it.
/// </summary>
internal sealed class StuckLastStable : IAnomalyDetector
{
    public void Detect(HistoryFacts facts, CheckOptions options, AnomalyReport report)
    {
        if (options.LastStableStandstillMaxNs is not { } max)
        {
            return;
        }

        var standing = new SortedDictionary<LogKey, (long LastStable, long SinceNs, bool Told)>();
        foreach (var op in facts.Completions.Where(op => op.Op.Type == OpType.Ok && op.Invocation.TimeNs >= options.HealedAtNs))
        {
            foreach (var mop in op.Op.Mops.OfType<LogOffsetsMop>())
            {
                if (mop.LastStable >= mop.HighWatermark)
                {
                    standing.Remove(mop.Key);
                }
                else if (!standing.TryGetValue(mop.Key, out var since) || since.LastStable != mop.LastStable)
                {
                    standing[mop.Key] = (mop.LastStable, op.Op.TimeNs, false);
                }
                else if (!since.Told && op.Invocation.TimeNs - since.SinceNs > max)
                {
                    standing[mop.Key] = since with { Told = true };
                    report.Add(Describe(op, mop, op.Invocation.TimeNs - since.SinceNs));
                }
            }
        }
    }

    private static Anomaly Describe(OpFacts op, LogOffsetsMop mop, long standsNs) => new(
        AnomalyNames.StuckLastStableOffset,
        AnomalyClass.Bad,
        $"The last stable offset of {mop.Key} has been {mop.LastStable} for {standsNs} ns, below the high watermark {mop.HighWatermark}.")
    {
        Key = mop.Key,
        Offsets = [mop.LastStable, mop.HighWatermark],
        Ops = [op.Op.Index],
        Count = 1,
    };
}
