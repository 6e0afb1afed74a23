using Deterministic.Checking.Facts;

namespace Deterministic.Checking.Anomalies;

/// <summary>
/// int-poll-skip and int-nonmonotonic-poll: inside one op, records of one log that skip a known offset or go back. Logs that
/// the op's rebalances touched are not judged.
/// </summary>
internal sealed class PollOrderWithin : IAnomalyDetector
{
    public void Detect(HistoryFacts facts, CheckOptions options, AnomalyReport report)
    {
        foreach (var op in facts.Completions)
        {
            foreach (var reads in op.Reads)
            {
                if (reads.Records.Count > 1 && !Rebalanced(op, reads.Key))
                {
                    Compare(facts, op, reads, report);
                }
            }
        }
    }

    public static bool Rebalanced(OpFacts op, KeyFacts key) =>
        op.Op.Rebalances.Count > 0 && op.Op.Rebalances.Any(rebalance => rebalance.Keys.Contains(key.Key));

    private static void Compare(HistoryFacts facts, OpFacts op, KeyReads reads, AnomalyReport report)
    {
        var key = reads.Key;
        var deletedBelow = facts.Losses.DeletedBelow(key);
        for (var i = 1; i < reads.Records.Count; i++)
        {
            var (earlier, later) = (reads.Records[i - 1], reads.Records[i]);
            var delta = Steps.Between(key, earlier, later, deletedBelow);
            if (delta == 1)
            {
                continue;
            }

            var to = key.IndexOf(later.Offset);
            report.Add(new Anomaly(
                delta > 1 ? AnomalyNames.IntPollSkip : AnomalyNames.IntNonmonotonicPoll,
                facts.Losses.ClassOf(key),
                $"Op {op.Op.Index} polled from {key.Key} offset {earlier.Offset} and then {later.Offset}"
                + (delta > 1 ? $", without the {delta - 1} records between." : "."))
            {
                Key = key.Key,
                Values = delta > 1 ? Steps.Skipped(key, to - delta, to) : [earlier.Value.Value, later.Value.Value],
                Offsets = [earlier.Offset, later.Offset],
                Ops = [op.Op.Index],
                Delta = delta,
                Count = Math.Max(1, delta - 1),
            });
        }
    }
}
