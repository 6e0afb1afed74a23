using Deterministic.Checking.Facts;

namespace Deterministic.Checking.Anomalies;

/// <summary>
/// Records that must have been committed, that nobody has read, although a consumer got beyond them. And for logs with a
/// fault budget: more of them than the budget allows.
/// </summary>
internal sealed class LostWrites : IAnomalyDetector
{
    public void Detect(HistoryFacts facts, CheckOptions options, AnomalyReport report)
    {
        foreach (var key in facts.Keys)
        {
            var lost = Lost(facts, key);
            if (lost.Count > 0)
            {
                var furthest = FurthestReader(key);
                lost.ForEach(value => report.Add(Describe(facts, value, furthest)));
            }
        }

        foreach (var excuse in options.ExcusedLoss.Where(excuse => excuse.RecordsMax < int.MaxValue))
        {
            Bound(facts, options, excuse, report);
        }
    }

    /// <summary>
    /// A value counts for the bound where it stands first, and must be read when it stands last below the bound: duplicates
    /// and conflicts cannot make a loss out of nothing.
    /// </summary>
    private static List<ValueFacts> Lost(HistoryFacts facts, KeyFacts key) => key.Values
        .Where(value => value.Last >= 0 && value.Last <= key.OkReadBound)
        .Where(value => !facts.Losses.WasRead(value) && value.MustHaveCommitted && !facts.Losses.IsDeleted(value))
        .OrderBy(value => value.Last).ThenBy(value => value.Value).ToList();

    private static OpFacts FurthestReader(KeyFacts key)
    {
        foreach (var value in key.ValuesAt(key.OkReadBound))
        {
            if (value.Readers.Count > 0)
            {
                return value.Readers[0];
            }
        }

        throw new InvalidOperationException($"Nobody read {key.Key} at {key.OkReadBound}, its bound.");
    }

    private static Anomaly Describe(HistoryFacts facts, ValueFacts value, OpFacts furthest) => new(
        AnomalyNames.LostWrite,
        facts.Losses.MayLose(value) ? AnomalyClass.Excused : AnomalyClass.Bad,
        $"{value.Value} was written to {value.Key.Key} at offset {value.Key.OffsetAt(value.First)} by op {value.Writer!.Op.Index} "
        + $"and never read, although op {furthest.Op.Index} read offset {value.Key.OffsetAt(value.Key.OkReadBound)}.")
    {
        Key = value.Key.Key,
        Values = [value.Value],
        Offsets = [value.Key.OffsetAt(value.First), value.Key.OffsetAt(value.Key.OkReadBound)],
        Index = value.First,
        Ops = [value.Writer.Op.Index, furthest.Op.Index],
        Count = 1,
    };

    private static void Bound(HistoryFacts facts, CheckOptions options, LossExcuse excuse, AnomalyReport report)
    {
        if (facts.Find(excuse.Key) is not { } key)
        {
            return;
        }

        var lost = key.Values
            .Where(value => value.MustHaveCommitted && LossRules.Covers(excuse, value))
            .Where(value => !facts.Losses.WasRead(value) && !facts.Losses.IsDeleted(value))
            .Where(value => options.FinalPollsFrom is not null || (value.Last >= 0 && value.Last <= key.OkReadBound)).ToList();
        if (lost.Count > excuse.RecordsMax)
        {
            report.Add(new Anomaly(
                AnomalyNames.UnboundedLoss,
                AnomalyClass.Bad,
                $"{excuse.Key} lost {lost.Count} records; its fault budget allows {excuse.RecordsMax}.")
            {
                Key = excuse.Key,
                Values = AnomalyReport.ValuesOf(lost),
                Count = lost.Count,
            });
        }
    }
}
