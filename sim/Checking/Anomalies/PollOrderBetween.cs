using Deterministic.Checking.Facts;
using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Anomalies;

/// <summary>
/// poll-skip and nonmonotonic-poll: the first record that an op polled from a log does not follow the last one that its
/// process had polled before. Ops that failed are judged but do not move the position: after an abort the consumer must go on
/// at the same record.
/// </summary>
internal sealed class PollOrderBetween : IAnomalyDetector
{
    public void Detect(HistoryFacts facts, CheckOptions options, AnomalyReport report)
    {
        var positions = new Dictionary<int, Dictionary<KeyFacts, OpFacts>>();
        var subscribers = new HashSet<int>();
        foreach (var op in facts.Completions)
        {
            var isAssign = op.Op.Function is OpFunction.Assign or OpFunction.Subscribe;
            if (!isAssign && op.Reads.Count == 0)
            {
                continue;
            }

            if (!positions.TryGetValue(op.Op.Process, out var position))
            {
                positions.Add(op.Op.Process, position = []);
            }

            if (isAssign)
            {
                Restrict(op, position);
                if (op.Op.Function == OpFunction.Subscribe)
                {
                    subscribers.Add(op.Op.Process);
                }

                continue;
            }

            var excused = options.SubVia.HasFlag(ConsumeVia.Subscribe) && subscribers.Contains(op.Op.Process);
            Follow(facts, op, position, excused, report);
        }
    }

    private static void Restrict(OpFacts op, Dictionary<KeyFacts, OpFacts> position)
    {
        if (op.Op.Type == OpType.Fail)
        {
            return;
        }

        var assigned = op.Op.Mops.OfType<AssignMop>().Select(mop => mop.Key).ToHashSet();
        var topics = assigned.Select(key => key.Topic).ToHashSet(StringComparer.Ordinal);
        var subscribe = op.Op.Function == OpFunction.Subscribe;
        foreach (var key in position.Keys.Where(key => subscribe ? !topics.Contains(key.Key.Topic) : !assigned.Contains(key.Key)).ToList())
        {
            position.Remove(key);
        }
    }

    private static void Follow(HistoryFacts facts, OpFacts op, Dictionary<KeyFacts, OpFacts> position, bool excused, AnomalyReport report)
    {
        foreach (var reads in op.Reads)
        {
            var key = reads.Key;
            if (position.TryGetValue(key, out var before))
            {
                var (earlier, later) = (before.ReadsOf(key).Records[^1], reads.Records[0]);
                var delta = Steps.Between(key, earlier, later, facts.Losses.DeletedBelow(key));
                if (delta != 1)
                {
                    var anomalyClass = excused ? AnomalyClass.Allowed : facts.Losses.ClassOf(key);
                    report.Add(Describe(before, op, key, earlier, later, delta, anomalyClass));
                }
            }

            if (op.Op.Type == OpType.Ok)
            {
                position[key] = op;
            }
        }
    }

    private static Anomaly Describe(
        OpFacts before, OpFacts op, KeyFacts key, ReadRecord earlier, ReadRecord later, int delta, AnomalyClass anomalyClass)
    {
        var to = key.IndexOf(later.Offset);
        return new Anomaly(
            delta > 1 ? AnomalyNames.PollSkip : AnomalyNames.NonmonotonicPoll,
            anomalyClass,
            $"Process {op.Op.Process} polled {key.Key} to offset {earlier.Offset} in op {before.Op.Index} and from {later.Offset} in op {op.Op.Index}"
            + (delta > 1 ? $", without the {delta - 1} records between." : "."))
        {
            Key = key.Key,
            Values = delta > 1 ? Steps.Skipped(key, to - delta, to) : [earlier.Value.Value, later.Value.Value],
            Offsets = [earlier.Offset, later.Offset],
            Ops = [before.Op.Index, op.Op.Index],
            Delta = delta,
            Count = Math.Max(1, delta - 1),
        };
    }
}
