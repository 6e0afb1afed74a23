using Deterministic.Checking.Facts;

namespace Deterministic.Checking.Anomalies;

/// <summary>A poll returned a value that nobody had sent to that log, or not yet.</summary>
internal sealed class Phantoms : IAnomalyDetector
{
    public void Detect(HistoryFacts facts, CheckOptions options, AnomalyReport report)
    {
        foreach (var value in facts.Keys.SelectMany(key => key.Values))
        {
            if (value.Readers.Count == 0)
            {
                continue;
            }

            var reader = value.Readers[0].Op.Index;
            if (value.Writer is null)
            {
                Tell($"Op {reader} polled {value.Value} from {value.Key.Key}, and nobody ever sent it there.", [reader]);
            }
            else if (reader < value.Writer.Invocation.Index)
            {
                Tell(
                    $"Op {reader} polled {value.Value} from {value.Key.Key} before op {value.Writer.Op.Index} began to send it.",
                    [value.Writer.Op.Index, reader]);
            }

            void Tell(string explanation, int[] ops) => report.Add(new Anomaly(AnomalyNames.Phantom, AnomalyClass.Bad, explanation)
            {
                Key = value.Key.Key,
                Values = [value.Value],
                Ops = ops,
                Count = 1,
            });
        }
    }
}
