using Deterministic.Checking.Facts;

namespace Deterministic.Checking.Anomalies;

/// <summary>
/// int-nonmonotonic-send: inside one op, a later send stands before an earlier one. int-send-skip: others wrote between two
/// sends, which is normal.
/// </summary>
internal sealed class SendOrderWithin : IAnomalyDetector
{
    public void Detect(HistoryFacts facts, CheckOptions options, AnomalyReport report)
    {
        foreach (var op in facts.Completions)
        {
            foreach (var writes in op.Writes)
            {
                for (var i = 1; i < writes.Values.Count; i++)
                {
                    Compare(facts, op, writes.Values[i - 1], writes.Values[i], report);
                }
            }
        }
    }

    private static void Compare(HistoryFacts facts, OpFacts op, ValueFacts earlier, ValueFacts later, AnomalyReport report)
    {
        var key = earlier.Key;
        var delta = Steps.Between(earlier, later);
        if (delta > 1)
        {
            report.Add(new Anomaly(
                AnomalyNames.IntSendSkip,
                AnomalyClass.Allowed,
                $"Others wrote {delta - 1} records to {key.Key} between {earlier.Value} and {later.Value} of op {op.Op.Index}.")
            {
                Key = key.Key,
                Values = Steps.Skipped(key, earlier.Last, later.Last),
                Offsets = [key.OffsetAt(earlier.Last), key.OffsetAt(later.Last)],
                Ops = [op.Op.Index],
                Delta = delta,
                Count = delta - 1,
            });
        }
        else if (delta < 1)
        {
            report.Add(SendOrderBetween.Inverted(AnomalyNames.IntNonmonotonicSend, facts, earlier, later, [op.Op.Index]));
        }
    }
}
