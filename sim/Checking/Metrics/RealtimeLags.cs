using Deterministic.Checking.Facts;
using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Metrics;

/// <summary>
/// How old, at most, was what a consumer did not know: for each ok poll and each of its logs, the time since the next offset
/// beyond its position was first known to any client. Lives for one check.
/// </summary>
internal sealed class RealtimeLags
{
    private readonly Dictionary<LogKey, List<(long Offset, long TimeNs)>> _known = [];
    private readonly Dictionary<int, SortedDictionary<LogKey, long>> _positions = [];
    private RealtimeLag? _worst;

    public static RealtimeLag? Worst(HistoryFacts facts)
    {
        var lags = new RealtimeLags();
        foreach (var op in facts.Completions)
        {
            lags.Follow(op);
        }

        return lags._worst;
    }

    private void Follow(OpFacts op)
    {
        foreach (var mop in op.Op.Mops)
        {
            if (mop is SendMop { Offset: { } offset } send && op.Op.Type != OpType.Fail)
            {
                Know(send.Key, offset, op.Op.TimeNs);
            }
        }

        foreach (var reads in op.Reads)
        {
            Know(reads.Key.Key, reads.Records.Max(record => record.Offset), op.Op.TimeNs);
        }

        if (!_positions.TryGetValue(op.Op.Process, out var positions))
        {
            _positions.Add(op.Op.Process, positions = []);
        }

        if (op.Op.Type == OpType.Ok && op.Op.Function is OpFunction.Poll or OpFunction.Txn)
        {
            Measure(op, positions);
        }
        else if (op.Op.Type != OpType.Fail)
        {
            Assign(op.Op, positions);
        }
    }

    private static void Assign(Op op, SortedDictionary<LogKey, long> positions)
    {
        if (op.Function == OpFunction.Subscribe)
        {
            positions.Clear();
        }
        else if (op.Function == OpFunction.Assign)
        {
            var kept = op.Mops.OfType<AssignMop>().Select(mop => (mop.Key, Offset: positions.GetValueOrDefault(mop.Key, -1))).ToList();
            positions.Clear();
            kept.ForEach(position => positions[position.Key] = position.Offset);
        }
    }

    private void Measure(OpFacts op, SortedDictionary<LogKey, long> positions)
    {
        foreach (var reads in op.Reads)
        {
            if (positions.TryGetValue(reads.Key.Key, out var offset))
            {
                positions[reads.Key.Key] = Math.Max(offset, reads.Records.Max(record => record.Offset));
            }
        }

        foreach (var (key, offset) in positions)
        {
            var lag = op.Invocation.TimeNs - KnownSince(key, offset + 1);
            if (lag > (_worst?.LagNs ?? 0))
            {
                _worst = new RealtimeLag(key, op.Op.Process, op.Op.Index, lag);
            }
        }
    }

    private void Know(LogKey key, long offset, long timeNs)
    {
        if (!_known.TryGetValue(key, out var list))
        {
            _known.Add(key, list = []);
        }

        if (list.Count == 0 || list[^1].Offset < offset)
        {
            list.Add((offset, timeNs));
        }
    }

    /// <summary>The first time at which the offset, or a later one, was known; without end when it never was.</summary>
    private long KnownSince(LogKey key, long offset)
    {
        if (!_known.TryGetValue(key, out var list) || list[^1].Offset < offset)
        {
            return long.MaxValue;
        }

        var (low, high) = (0, list.Count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = list[middle].Offset >= offset ? (low, middle) : (middle + 1, high);
        }

        return list[low].TimeNs;
    }
}
