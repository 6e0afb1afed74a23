using Deterministic.Checking.Anomalies;
using Deterministic.Checking.Facts;
using Deterministic.Checking.Histories;
using Deterministic.Checking.Metrics;

namespace Deterministic.Checking;

/// <summary>
/// Judges what clients saw of a Kafka cluster, by the catalogue in the README of this folder. Needs nothing but the history,
/// holds no state, and says the same about the same history in every process.
/// </summary>
public static class HistoryChecker
{
    private static readonly IAnomalyDetector[] s_catalogue =
    [
        new InconsistentOffsets(),
        new Duplicates(),
        new LostWrites(),
        new UnseenWrites(),
        new AbortedReads(),
        new IntermediateReads(),
        new PrecommittedReads(),
        new Phantoms(),
        new PollOrderWithin(),
        new SendOrderWithin(),
        new PollOrderBetween(),
        new SendOrderBetween(),
        new DependencyCycles(),
        new TornTransactions(),
        new ZombieCommits(),
        new CommittedOffsets(),
        new ExactlyOnce(),
        new StuckLastStable(),
    ];

    /// <summary>Judges a whole history.</summary>
    public static CheckVerdict Check(History history, CheckOptions options)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(options);
        var facts = new HistoryFacts(history, options);
        var report = new AnomalyReport(options.ListedMax);
        foreach (var detector in s_catalogue)
        {
            detector.Detect(facts, options, report);
        }

        var (outcome, reason) = Decide(facts, report);
        return new CheckVerdict(outcome, reason, report.Listed, report.Counts, MetricsOf(facts));
    }

    private static (CheckOutcome Outcome, string Reason) Decide(HistoryFacts facts, AnomalyReport report)
    {
        if (report.Counts.Any(count => count.Class == AnomalyClass.Bad))
        {
            return (CheckOutcome.Invalid, report.Listed.FirstOrDefault(anomaly => anomaly.Class == AnomalyClass.Bad)?.ToString() ?? "");
        }

        return facts.Keys.Any(key => key.Values.Exists(value => value.OkRead && value.MustHaveCommitted))
            ? (CheckOutcome.Valid, "")
            : (CheckOutcome.Inconclusive, "No poll has returned a record that a client had successfully sent, so nothing was tested.");
    }

    private static CheckMetrics MetricsOf(HistoryFacts facts) => new()
    {
        WorstLag = RealtimeLags.Worst(facts),
        RecordsConsumedAgain = ConsumedAgain.Count(facts),
        Unseen = UnseenOverTime.Of(facts),
        OkOps = facts.Completions.Count(op => op.Op.Type == OpType.Ok),
        FailedOps = facts.Completions.Count(op => op.Op.Type == OpType.Fail),
        InfoOps = facts.Completions.Count(op => op.Op.Type == OpType.Info),
    };
}
