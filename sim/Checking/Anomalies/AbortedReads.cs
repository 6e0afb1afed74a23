using Deterministic.Checking.Facts;
using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Anomalies;

/// <summary>G1a: an ok poll returned a record whose write definitely failed.</summary>
internal sealed class AbortedReads : IAnomalyDetector
{
    public void Detect(HistoryFacts facts, CheckOptions options, AnomalyReport report)
    {
        foreach (var value in facts.Keys.SelectMany(key => key.Values))
        {
            if (value.Writer?.Op.Type == OpType.Fail
                && value.Readers.Find(reader => reader.Op.Type == OpType.Ok && value.IsSettledFor(reader)) is { } reader)
            {
                report.Add(new Anomaly(
                    AnomalyNames.AbortedRead,
                    AnomalyClass.Bad,
                    $"Op {reader.Op.Index} polled {value.Value} from {value.Key.Key}, but its write failed in op {value.Writer.Op.Index}.")
                {
                    Key = value.Key.Key,
                    Values = [value.Value],
                    Ops = [value.Writer.Op.Index, reader.Op.Index],
                    Count = 1,
                });
            }
        }
    }
}
