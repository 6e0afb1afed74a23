using Deterministic.Checking.Facts;
using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Anomalies;

/// <summary>
/// A transaction that must have committed was seen in part only: some of its records were read as committed, others were
/// passed over by everybody who reads committed data. Over logs that is torn-transaction, inside one log G1b.
/// </summary>
internal sealed class TornTransactions : IAnomalyDetector
{
    public void Detect(HistoryFacts facts, CheckOptions options, AnomalyReport report)
    {
        foreach (var op in facts.Completions)
        {
            if (op.IsTransaction && op.Proven && (op.Op.Type is OpType.Ok or OpType.Info))
            {
                foreach (var writes in op.Writes)
                {
                    Judge(facts, op, writes, options, report);
                }
            }
        }
    }

    private static void Judge(HistoryFacts facts, OpFacts op, KeyWrites writes, CheckOptions options, AnomalyReport report)
    {
        var missing = writes.Values.Where(value => IsMissing(facts, value, options)).ToList();
        if (missing.Count == 0)
        {
            return;
        }

        var sameLog = writes.Values.Exists(value => value.OkCommittedRead);
        var seen = op.Writes.SelectMany(all => all.Values).First(value => value.OkCommittedRead && (!sameLog || value.Key == writes.Key));
        report.Add(new Anomaly(
            sameLog ? AnomalyNames.IntermediateRead : AnomalyNames.TornTransaction,
            missing.TrueForAll(facts.Losses.MayLose) ? AnomalyClass.Excused : AnomalyClass.Bad,
            $"The transaction of op {op.Op.Index} was seen in part: {seen.Value} of {seen.Key.Key} was read, "
            + $"{AnomalyReport.Join(AnomalyReport.ValuesOf(missing))} of {writes.Key.Key} never, although consumers got beyond.")
        {
            Key = writes.Key.Key,
            Values = AnomalyReport.ValuesOf(missing),
            Ops = [op.Op.Index, seen.Readers[0].Op.Index],
            Count = missing.Count,
        });
    }

    private static bool IsMissing(HistoryFacts facts, ValueFacts value, CheckOptions options)
    {
        if (facts.Losses.WasReadCommitted(value) || facts.Losses.IsDeleted(value))
        {
            return false;
        }

        // Final polls have read all of the log, wherever the record should have been.
        var passed = value.Last >= 0 && value.Last <= value.Key.CommittedReadBound;
        return passed || (options.FinalPollsFrom is not null && value.Key.Values.Exists(other => other.FinalRead && other.OkCommittedRead));
    }
}
