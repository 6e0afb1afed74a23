using Deterministic.Checking.Facts;
using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Anomalies;

/// <summary>
/// exactly-once: a pipeline (a group) that sends one record for each input record, in transactions that commit the group's
/// offsets, must have one committed output for each input. Judged up to the furthest input that has an output; pipelines
/// start at the beginning of their input.
/// </summary>
internal sealed class ExactlyOnce : IAnomalyDetector
{
    public void Detect(HistoryFacts facts, CheckOptions options, AnomalyReport report)
    {
        var pipelines = new SortedDictionary<(string Group, LogKey Input), Dictionary<long, List<ValueFacts>>>();
        foreach (var op in facts.Completions.Where(op => op.Op.Type != OpType.Fail))
        {
            foreach (var value in op.Writes.SelectMany(writes => writes.Values))
            {
                if (value.Send!.Source is { } source)
                {
                    var place = (op.Op.Consumer.Group ?? "", source.Key);
                    if (!pipelines.TryGetValue(place, out var outputs))
                    {
                        pipelines.Add(place, outputs = []);
                    }

                    if (!outputs.TryGetValue(source.Value, out var list))
                    {
                        outputs.Add(source.Value, list = []);
                    }

                    list.Add(value);
                }
            }
        }

        foreach (var ((group, input), outputs) in pipelines)
        {
            if (facts.Find(input) is { } key)
            {
                Judge(facts, group, key, outputs, report);
            }
        }
    }

    private static void Judge(
        HistoryFacts facts, string group, KeyFacts input, Dictionary<long, List<ValueFacts>> outputs, AnomalyReport report)
    {
        var bound = -1;
        foreach (var value in input.Values)
        {
            var committed = outputs.TryGetValue(value.Value, out var all) ? all.FindAll(output => output.MustHaveCommitted) : [];
            bound = committed.Count > 0 ? Math.Max(bound, value.First) : bound;

            // An input that stands in its log twice is a duplicate of its own, and has two outputs by right.
            if (committed.Count > 1 && value.First == value.Last)
            {
                report.Add(Describe(
                    AnomalyNames.ExactlyOnceDuplicate, ClassOf(facts, group, committed.Append(value)), value, committed,
                    $"Group '{group}' made {committed.Count} committed records from {value.Value} of {input.Key}."));
            }
        }

        foreach (var value in input.Values.Where(value => value.Last >= 0 && value.Last <= bound && value.MustHaveCommitted))
        {
            // An indeterminate output may be there, unread.
            if (!outputs.ContainsKey(value.Value) && !facts.Losses.IsDeleted(value))
            {
                report.Add(Describe(
                    AnomalyNames.ExactlyOnceMissing, ClassOf(facts, group, [value]), value, [],
                    $"Group '{group}' made no record from {value.Value} of {input.Key}, but some from later ones."));
            }
        }
    }

    private static AnomalyClass ClassOf(HistoryFacts facts, string group, IEnumerable<ValueFacts> values) =>
        facts.Losses.MayLoseOffsets(group) || values.Any(value => facts.Losses.IsLossy(value.Key.Key))
            ? AnomalyClass.Excused
            : AnomalyClass.Bad;

    private static Anomaly Describe(
        string name, AnomalyClass anomalyClass, ValueFacts input, List<ValueFacts> outputs, string explanation) => new(name, anomalyClass, explanation)
        {
            Key = input.Key.Key,
            Values = [input.Value, .. AnomalyReport.ValuesOf(outputs)],
            Ops = outputs.Append(input).Select(value => value.Writer).OfType<OpFacts>().Select(op => op.Op.Index).Take(CheckOptions.ListMax).ToArray(),
            Count = Math.Max(1, outputs.Count),
        };
}
