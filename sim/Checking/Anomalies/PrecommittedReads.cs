using Deterministic.Checking.Facts;

namespace Deterministic.Checking.Anomalies;

/// <summary>A transaction polled a record of its own, before it can have been committed.</summary>
internal sealed class PrecommittedReads : IAnomalyDetector
{
    public void Detect(HistoryFacts facts, CheckOptions options, AnomalyReport report)
    {
        foreach (var op in facts.Completions.Where(op => op.ReadsCommitted && op.Writes.Count > 0 && op.Reads.Count > 0))
        {
            foreach (var reads in op.Reads)
            {
                var own = reads.Records.Select(record => record.Value).Where(value => value.Writer == op).Distinct().ToList();
                if (own.Count > 0)
                {
                    report.Add(new Anomaly(
                        AnomalyNames.PrecommittedRead,
                        AnomalyClass.Bad,
                        $"Op {op.Op.Index} polled from {reads.Key.Key} what it had sent itself: {AnomalyReport.Join(AnomalyReport.ValuesOf(own))}.")
                    {
                        Key = reads.Key.Key,
                        Values = AnomalyReport.ValuesOf(own),
                        Ops = [op.Op.Index],
                        Count = own.Count,
                    });
                }
            }
        }
    }
}
