using Deterministic.Checking.Facts;

namespace Deterministic.Checking.Anomalies;

/// <summary>
/// One value at two offsets. A producer that is not idempotent may do that by its retries. Where records may be lost, a retry
/// may stand elsewhere than the lost original, as long as the final polls do not see both.
/// </summary>
internal sealed class Duplicates : IAnomalyDetector
{
    public void Detect(HistoryFacts facts, CheckOptions options, AnomalyReport report)
    {
        foreach (var key in facts.Keys)
        {
            var offsets = new Dictionary<ValueFacts, List<long>>();
            var found = new List<ValueFacts>();
            for (var index = 0; index < key.Length; index++)
            {
                foreach (var value in key.ValuesAt(index))
                {
                    if (value.First == value.Last)
                    {
                        continue;
                    }

                    if (!offsets.TryGetValue(value, out var list))
                    {
                        offsets.Add(value, list = []);
                        found.Add(value);
                    }

                    list.Add(key.OffsetAt(index));
                }
            }

            found.ForEach(value => report.Add(Describe(facts, options, value, offsets[value])));
        }
    }

    private static Anomaly Describe(HistoryFacts facts, CheckOptions options, ValueFacts value, List<long> offsets)
    {
        var anomalyClass = value.Writer is { Op.Producer.Idempotent: false }
            ? AnomalyClass.Allowed
            : IsExcused(facts, options, value) ? AnomalyClass.Excused : AnomalyClass.Bad;
        return new Anomaly(
            AnomalyNames.Duplicate,
            anomalyClass,
            $"{value.Key.Key} holds the value {value.Value} at the offsets {AnomalyReport.Join(offsets.Take(CheckOptions.ListMax))}.")
        {
            Key = value.Key.Key,
            Values = [value.Value],
            Offsets = offsets.Take(CheckOptions.ListMax).ToArray(),
            Ops = value.Readers.Append(value.Writer).OfType<OpFacts>().Select(op => op.Op.Index).Order().Take(CheckOptions.ListMax).ToArray(),
            Count = offsets.Count,
        };
    }

    private static bool IsExcused(HistoryFacts facts, CheckOptions options, ValueFacts value)
    {
        var finalOffsets = value.Readers
            .Where(reader => reader.Invocation.Index >= (options.FinalPollsFrom ?? int.MaxValue))
            .SelectMany(reader => reader.ReadsOf(value.Key).Records)
            .Where(record => record.Value == value).Select(record => record.Offset).Distinct().Count();
        return facts.Losses.MayLose(value) && finalOffsets <= 1;
    }
}
