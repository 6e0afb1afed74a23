using Deterministic.Checking.Facts;
using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Anomalies;

/// <summary>
/// Committed offsets that were lost after an ok commit, that go back, that nobody committed, or that lie beyond the log's end.
/// A fetch may return any commit that is not definitely older than a later one, nor than what an earlier fetch returned.
/// </summary>
internal sealed class CommittedOffsets : IAnomalyDetector
{
    public void Detect(HistoryFacts facts, CheckOptions options, AnomalyReport report)
    {
        var registers = Collect(facts);
        foreach (var ((group, key), register) in registers)
        {
            var place = new OffsetPlace(group, key, facts.Losses.MayLoseOffsets(group) ? AnomalyClass.Excused : AnomalyClass.Bad);
            new OffsetFetchOrder(place, register, report).Judge();

            // Where records may be lost, an owner may be sent back to what is left of its log.
            GoesBack(facts.Losses.IsLossy(key) ? place with { Class = AnomalyClass.Excused } : place, register, report);
        }

        BeyondLogEnd(facts, registers, report);
    }

    private static SortedDictionary<(string Group, LogKey Key), OffsetRegister> Collect(HistoryFacts facts)
    {
        var registers = new SortedDictionary<(string Group, LogKey Key), OffsetRegister>();
        foreach (var op in facts.Completions.Where(op => op.Op.Consumer.Group is not null))
        {
            foreach (var mop in op.Op.Mops)
            {
                if (mop is CommitOffsetMop commit && op.Op.Type == OpType.Fail)
                {
                    RegisterOf(commit.Key).Failed.TryAdd(commit.Offset, op.Op.Index);
                }
                else if (mop is CommitOffsetMop committed)
                {
                    RegisterOf(committed.Key).Commits.Add(new OffsetCommit(op, committed.Offset, op.Invocation.Index, op.EndIndex));
                }
                else if (mop is FetchOffsetMop fetch && op.Op.Type == OpType.Ok)
                {
                    RegisterOf(fetch.Key).Fetches.Add(new OffsetFetch(op, fetch.Offset, op.Invocation.Index, op.Op.Index, op.ReadsCommitted));
                }
            }

            OffsetRegister RegisterOf(LogKey key)
            {
                var place = (op.Op.Consumer.Group!, key);
                if (!registers.TryGetValue(place, out var register))
                {
                    registers.Add(place, register = new OffsetRegister());
                }

                return register;
            }
        }

        return registers;
    }

    /// <summary>Within one generation a log has one owner, who only goes forward.</summary>
    private static void GoesBack(OffsetPlace place, OffsetRegister register, AnomalyReport report)
    {
        var ok = register.Commits.FindAll(commit => commit.End < int.MaxValue && commit.Op.Op.Consumer.Generation >= 0);
        var highest = new Dictionary<int, OffsetCommit>();
        var completed = 0;
        foreach (var commit in ok.OrderBy(commit => commit.Begin))
        {
            for (; completed < ok.Count && ok[completed].End < commit.Begin; completed++)
            {
                var generation = ok[completed].Op.Op.Consumer.Generation;
                if (!highest.TryGetValue(generation, out var high) || high.Offset < ok[completed].Offset)
                {
                    highest[generation] = ok[completed];
                }
            }

            if (highest.TryGetValue(commit.Op.Op.Consumer.Generation, out var earlier) && commit.Offset < earlier.Offset)
            {
                report.Add(place.Describe(
                    AnomalyNames.CommittedOffsetRegression, place.Class, [earlier.Offset, commit.Offset], [earlier.Op, commit.Op],
                    $"went back from {earlier.Offset} to {commit.Offset} within generation {commit.Op.Op.Consumer.Generation}."));
            }
        }
    }

    private static void BeyondLogEnd(
        HistoryFacts facts, SortedDictionary<(string Group, LogKey Key), OffsetRegister> registers, AnomalyReport report)
    {
        var ends = LogEnds(facts);
        foreach (var ((group, key), register) in registers)
        {
            if (!ends.TryGetValue(key, out var list))
            {
                continue;
            }

            var seen = register.Commits.Where(commit => commit.End < int.MaxValue).Select(commit => (commit.Op, Offset: (long?)commit.Offset, commit.End))
                .Concat(register.Fetches.Select(fetch => (fetch.Op, fetch.Offset, fetch.End))).OrderByDescending(offset => offset.End);
            var lowest = long.MaxValue;
            var next = list.Count - 1;
            foreach (var (op, offset, end) in seen)
            {
                for (; next >= 0 && list[next].Begin > end; next--)
                {
                    lowest = Math.Min(lowest, list[next].HighWatermark);
                }

                if (offset > lowest)
                {
                    var place = new OffsetPlace(group, key, facts.Losses.IsLossy(key) ? AnomalyClass.Excused : AnomalyClass.Bad);
                    report.Add(place.Describe(
                        AnomalyNames.CommittedOffsetBeyondLogEnd, place.Class, [offset.Value, lowest], [op],
                        $"is {offset}, but later the high watermark was {lowest}."));
                    break;
                }
            }
        }
    }

    /// <summary>What ok ops learned about high watermarks, in the order in which they began.</summary>
    private static Dictionary<LogKey, List<(int Begin, long HighWatermark)>> LogEnds(HistoryFacts facts)
    {
        var ends = new Dictionary<LogKey, List<(int Begin, long HighWatermark)>>();
        foreach (var op in facts.Completions.Where(op => op.Op.Type == OpType.Ok).OrderBy(op => op.Invocation.Index))
        {
            foreach (var mop in op.Op.Mops.OfType<LogOffsetsMop>())
            {
                if (!ends.TryGetValue(mop.Key, out var list))
                {
                    ends.Add(mop.Key, list = []);
                }

                list.Add((op.Invocation.Index, mop.HighWatermark));
            }
        }

        return ends;
    }
}
