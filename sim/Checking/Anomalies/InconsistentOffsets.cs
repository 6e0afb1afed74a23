using Deterministic.Checking.Facts;

namespace Deterministic.Checking.Anomalies;

/// <summary>
/// Two values at one offset. Where acknowledged records may be lost, the offset of a lost one may be given again; but not
/// twice in what the final polls read, and not to two records that were both safe.
/// </summary>
internal sealed class InconsistentOffsets : IAnomalyDetector
{
    public void Detect(HistoryFacts facts, CheckOptions options, AnomalyReport report)
    {
        foreach (var key in facts.Keys)
        {
            for (var index = 0; index < key.Length; index++)
            {
                if (key.ValuesAt(index).Length > 1)
                {
                    report.Add(Describe(facts, key, index));
                }
            }
        }
    }

    private static Anomaly Describe(HistoryFacts facts, KeyFacts key, int index)
    {
        var values = key.ValuesAt(index).ToArray();
        var excused = values.Count(value => !facts.Losses.MayLose(value)) <= 1 && values.Count(value => value.FinalRead) <= 1;
        var offset = key.OffsetAt(index);
        return new Anomaly(
            AnomalyNames.InconsistentOffsets,
            excused ? AnomalyClass.Excused : AnomalyClass.Bad,
            $"{key.Key} holds at offset {offset} the values {AnomalyReport.Join(AnomalyReport.ValuesOf(values))}.")
        {
            Key = key.Key,
            Index = index,
            Offsets = [offset],
            Values = AnomalyReport.ValuesOf(values),
            Ops = OpsOf(values),
            Count = values.Length,
        };
    }

    private static int[] OpsOf(ValueFacts[] values) => values
        .SelectMany(value => value.Readers.Take(1).Append(value.Writer).OfType<OpFacts>())
        .Select(op => op.Op.Index).Distinct().Order().Take(CheckOptions.ListMax).ToArray();
}
