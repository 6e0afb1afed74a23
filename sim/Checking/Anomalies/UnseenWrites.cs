using Deterministic.Checking.Facts;
using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Anomalies;

/// <summary>
/// Acknowledged records that no ok poll has returned by the end: stuck consumers and lost tails. Bad only when final polls
/// have read everything that there was to read.
/// </summary>
internal sealed class UnseenWrites : IAnomalyDetector
{
    public void Detect(HistoryFacts facts, CheckOptions options, AnomalyReport report)
    {
        var otherwise = options.FinalPollsFrom is null ? AnomalyClass.Allowed : AnomalyClass.Bad;
        foreach (var key in facts.Keys)
        {
            var unseen = key.Values
                .Where(value => !value.OkRead && value.Writer?.Op.Type == OpType.Ok && !facts.Losses.IsDeleted(value))
                .OrderBy(value => value.Value).ToLookup(facts.Losses.MayLose);
            Tell(key, [.. unseen[false]], otherwise, report);
            Tell(key, [.. unseen[true]], AnomalyClass.Excused, report);
        }
    }

    private static void Tell(KeyFacts key, List<ValueFacts> unseen, AnomalyClass anomalyClass, AnomalyReport report)
    {
        if (unseen.Count == 0)
        {
            return;
        }

        var values = AnomalyReport.ValuesOf(unseen);
        report.Add(new Anomaly(
            AnomalyNames.Unseen,
            anomalyClass,
            $"{unseen.Count} acknowledged records of {key.Key} were never polled: {AnomalyReport.Join(values)}.")
        {
            Key = key.Key,
            Values = values,
            Ops = unseen.Take(CheckOptions.ListMax).Select(value => value.Writer!.Op.Index).ToArray(),
            Count = unseen.Count,
        });
    }
}
