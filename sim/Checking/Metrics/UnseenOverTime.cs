using Deterministic.Checking.Facts;
using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Metrics;

/// <summary>For each log, how many acknowledged records no ok op had polled yet, over time. Holds no state.</summary>
internal static class UnseenOverTime
{
    public static SortedDictionary<LogKey, IReadOnlyList<UnseenPoint>> Of(HistoryFacts facts)
    {
        var sent = new HashSet<ValueFacts>();
        var polled = new HashSet<ValueFacts>();
        var counts = new Dictionary<KeyFacts, int>();
        var points = new Dictionary<KeyFacts, List<UnseenPoint>>();
        foreach (var op in facts.Completions.Where(op => op.Op.Type == OpType.Ok))
        {
            var touched = new List<KeyFacts>();
            foreach (var value in op.Writes.SelectMany(writes => writes.Values))
            {
                if (sent.Add(value) && !polled.Contains(value))
                {
                    counts[value.Key] = counts.GetValueOrDefault(value.Key) + 1;
                    touched.Add(value.Key);
                }
            }

            foreach (var value in op.Reads.SelectMany(reads => reads.Records).Select(record => record.Value))
            {
                if (polled.Add(value) && sent.Contains(value))
                {
                    counts[value.Key]--;
                    touched.Add(value.Key);
                }
            }

            foreach (var key in touched.Distinct())
            {
                if (!points.TryGetValue(key, out var list))
                {
                    points.Add(key, list = []);
                }

                list.Add(new UnseenPoint(op.Op.TimeNs, counts[key]));
            }
        }

        var sorted = new SortedDictionary<LogKey, IReadOnlyList<UnseenPoint>>();
        foreach (var (key, list) in points)
        {
            sorted.Add(key.Key, list);
        }

        return sorted;
    }
}
