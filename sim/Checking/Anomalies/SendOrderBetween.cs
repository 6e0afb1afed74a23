using Deterministic.Checking.Facts;
using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Anomalies;

/// <summary>nonmonotonic-send: the first send of an op stands before the last send of an earlier op of the same process.</summary>
internal sealed class SendOrderBetween : IAnomalyDetector
{
    public void Detect(HistoryFacts facts, CheckOptions options, AnomalyReport report)
    {
        var last = new Dictionary<(int Process, KeyFacts Key), ValueFacts>();
        foreach (var op in facts.Completions.Where(op => op.Op.Type != OpType.Fail))
        {
            foreach (var writes in op.Writes)
            {
                var place = (op.Op.Process, writes.Key);
                if (last.TryGetValue(place, out var earlier) && Steps.Between(earlier, writes.Values[0]) < 1)
                {
                    report.Add(Inverted(
                        AnomalyNames.NonmonotonicSend, facts, earlier, writes.Values[0], [earlier.Writer!.Op.Index, op.Op.Index]));
                }

                last[place] = writes.Values[^1];
            }
        }
    }

    /// <summary>Retries of a producer that is not idempotent may invert; where records may be lost, offsets start over.</summary>
    public static Anomaly Inverted(string name, HistoryFacts facts, ValueFacts earlier, ValueFacts later, int[] ops)
    {
        var key = earlier.Key;
        var idempotent = earlier.Writer!.Op.Producer.Idempotent && later.Writer!.Op.Producer.Idempotent;
        return new Anomaly(
            name,
            idempotent ? facts.Losses.ClassOf(key) : AnomalyClass.Allowed,
            $"One producer sent {earlier.Value} and then {later.Value} to {key.Key}; they stand at the offsets "
            + $"{key.OffsetAt(earlier.Last)} and {key.OffsetAt(later.Last)}.")
        {
            Key = key.Key,
            Values = [earlier.Value, later.Value],
            Offsets = [key.OffsetAt(earlier.Last), key.OffsetAt(later.Last)],
            Ops = ops,
            Delta = Steps.Between(earlier, later),
            Count = 1,
        };
    }
}
