using Deterministic.Checking.Facts;
using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Anomalies;

/// <summary>
/// G1b as one op sees it: it polled some records of a transaction from a log and went on beyond others of the same
/// transaction without them. Not excused by any loss. (<see cref="TornTransactions"/> has the case where nobody sees them.)
/// </summary>
internal sealed class IntermediateReads : IAnomalyDetector
{
    /// <summary>Of a long gap only so many records are looked at.</summary>
    private const int GapMax = 1000;

    public void Detect(HistoryFacts facts, CheckOptions options, AnomalyReport report)
    {
        foreach (var op in facts.Completions.Where(op => op.ReadsCommitted))
        {
            foreach (var reads in op.Reads)
            {
                if (reads.Records.Count > 1 && !PollOrderWithin.Rebalanced(op, reads.Key))
                {
                    Judge(facts, op, reads, report);
                }
            }
        }
    }

    private static void Judge(HistoryFacts facts, OpFacts op, KeyReads reads, AnomalyReport report)
    {
        var key = reads.Key;
        var deletedBelow = facts.Losses.DeletedBelow(key);
        for (var i = 1; i < reads.Records.Count; i++)
        {
            var delta = Steps.Between(key, reads.Records[i - 1], reads.Records[i], deletedBelow);
            if (delta <= 1)
            {
                continue;
            }

            var to = key.IndexOf(reads.Records[i].Offset);
            for (var index = to - delta + 1; index < to && index < to - delta + GapMax; index++)
            {
                if (TornAt(key, index, reads) is { } value)
                {
                    report.Add(Describe(op, key, value));
                    break;
                }
            }
        }
    }

    private static ValueFacts? TornAt(KeyFacts key, int index, KeyReads reads)
    {
        foreach (var value in key.ValuesAt(index))
        {
            if (value.Writer is { IsTransaction: true, Op.Type: not OpType.Fail } writer
                && !reads.Records.Exists(record => record.Value == value)
                && reads.Records.Exists(record => record.Value.Writer == writer))
            {
                return value;
            }
        }

        return null;
    }

    private static Anomaly Describe(OpFacts op, KeyFacts key, ValueFacts value) => new(
        AnomalyNames.IntermediateRead,
        AnomalyClass.Bad,
        $"Op {op.Op.Index} polled from {key.Key} a part of the transaction of op {value.Writer!.Op.Index}, and went on without {value.Value}.")
    {
        Key = key.Key,
        Values = [value.Value],
        Ops = [value.Writer.Op.Index, op.Op.Index],
        Count = 1,
    };
}
