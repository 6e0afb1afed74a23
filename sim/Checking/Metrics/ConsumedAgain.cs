using Deterministic.Checking.Facts;
using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Metrics;

/// <summary>Counts the records that one process got more than once in ok ops while it was subscribed. Holds no state.</summary>
internal static class ConsumedAgain
{
    public static int Count(HistoryFacts facts)
    {
        var consumed = new Dictionary<int, HashSet<ValueFacts>>();
        var again = new Dictionary<int, HashSet<ValueFacts>>();
        foreach (var op in facts.Completions.Where(op => op.Op.Type == OpType.Ok))
        {
            if (op.Op.Function == OpFunction.Subscribe)
            {
                consumed.TryAdd(op.Op.Process, []);
                again.TryAdd(op.Op.Process, []);
            }
            else if (op.Op.Function == OpFunction.Assign)
            {
                consumed.Remove(op.Op.Process);
            }
            else if (consumed.TryGetValue(op.Op.Process, out var records))
            {
                foreach (var record in op.Reads.SelectMany(reads => reads.Records))
                {
                    if (!records.Add(record.Value))
                    {
                        again[op.Op.Process].Add(record.Value);
                    }
                }
            }
        }

        return again.Values.Sum(records => records.Count);
    }
}
