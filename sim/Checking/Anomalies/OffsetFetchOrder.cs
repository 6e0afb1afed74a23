using Deterministic.Checking.Facts;

namespace Deterministic.Checking.Anomalies;

/// <summary>
/// Judges the fetches of one register in the order in which they began. A commit is too old for a fetch when it ended before
/// another one began that had itself ended before the fetch; so one number, the latest such begin, decides. Lives for one
/// detection.
/// </summary>
internal sealed class OffsetFetchOrder
{
    private readonly OffsetPlace _place;
    private readonly OffsetRegister _register;
    private readonly AnomalyReport _report;
    private readonly Dictionary<long, CommitsOfOffset> _byOffset = [];

    /// <summary>Ok commits by their end: outside of transactions, and inside. Only a stable fetch must see the latter.</summary>
    private readonly List<OffsetCommit> _plain;
    private readonly List<OffsetCommit> _transactional;
    private int _plainNext;
    private int _transactionalNext;
    private OffsetCommit? _plainLatest;
    private OffsetCommit? _transactionalLatest;

    public OffsetFetchOrder(OffsetPlace place, OffsetRegister register, AnomalyReport report)
    {
        (_place, _register, _report) = (place, register, report);
        var ok = register.Commits.Where(commit => commit.End < int.MaxValue).OrderBy(commit => commit.End).ToLookup(commit => commit.Op.IsTransaction);
        (_plain, _transactional) = ([.. ok[false]], [.. ok[true]]);
        foreach (var commit in register.Commits.OrderBy(commit => commit.Begin))
        {
            if (!_byOffset.TryGetValue(commit.Offset, out var list))
            {
                _byOffset.Add(commit.Offset, list = new CommitsOfOffset());
            }

            list.Add(commit);
        }
    }

    public void Judge()
    {
        // What an ended fetch returned binds those that begin later.
        var bound = -1;
        OffsetFetch? binding = null;
        var ended = new PriorityQueue<(int Bound, OffsetFetch Fetch), int>();
        foreach (var fetch in _register.Fetches.OrderBy(fetch => fetch.Begin))
        {
            while (ended.TryPeek(out var earlier, out var end) && end < fetch.Begin)
            {
                ended.Dequeue();
                (bound, binding) = earlier.Bound > bound ? (earlier.Bound, earlier.Fetch) : (bound, binding);
            }

            var latest = LatestBefore(fetch);
            if (JudgeOne(fetch, latest, bound, binding) is { } begin)
            {
                ended.Enqueue((begin, fetch), fetch.End);
            }
        }
    }

    private OffsetCommit? LatestBefore(OffsetFetch fetch)
    {
        Advance(_plain, ref _plainNext, ref _plainLatest, fetch.Begin);
        Advance(_transactional, ref _transactionalNext, ref _transactionalLatest, fetch.Begin);
        return fetch.Stable && _transactionalLatest is { } transactional && !(_plainLatest?.Begin > transactional.Begin)
            ? transactional
            : _plainLatest;
    }

    private static void Advance(List<OffsetCommit> commits, ref int next, ref OffsetCommit? latest, int begin)
    {
        for (; next < commits.Count && commits[next].End < begin; next++)
        {
            latest = latest is { } known && known.Begin > commits[next].Begin ? known : commits[next];
        }
    }

    /// <returns>Where the earliest commit begins that the fetch may have returned; null: none.</returns>
    private int? JudgeOne(OffsetFetch fetch, OffsetCommit? latest, int bound, OffsetFetch? binding)
    {
        if (fetch.Offset is not { } offset)
        {
            if (latest is { } lost)
            {
                Tell(AnomalyNames.CommittedOffsetLost, fetch, lost.Offset, lost.Op, $"was gone for op {fetch.Op.Op.Index}, after op {lost.Op.Op.Index} had committed {lost.Offset}.");
            }
            else if (binding is { } known)
            {
                Tell(AnomalyNames.CommittedOffsetRegression, fetch, known.Offset, known.Op, $"was gone for op {fetch.Op.Op.Index}, after op {known.Op.Op.Index} had fetched {known.Offset}.");
            }

            return null;
        }

        if (!_byOffset.TryGetValue(offset, out var commits) || commits.FirstBegin > fetch.End)
        {
            var why = _register.Failed.TryGetValue(offset, out var failed) ? $"only op {failed} tried to commit that, and it failed" : "nobody had committed that";
            Tell(AnomalyNames.CommittedOffsetPhantom, fetch, null, null, $"was {offset} for op {fetch.Op.Op.Index}; {why}.");
            return null;
        }

        if (latest is { } newer && !(commits.FirstNotEndedBefore(newer.Begin) < fetch.End))
        {
            Tell(AnomalyNames.CommittedOffsetLost, fetch, newer.Offset, newer.Op, $"was {offset} for op {fetch.Op.Op.Index}, after op {newer.Op.Op.Index} had committed {newer.Offset}.");
            return null;
        }

        if (binding is { } read && !(commits.FirstNotEndedBefore(bound) < fetch.End))
        {
            Tell(AnomalyNames.CommittedOffsetRegression, fetch, read.Offset, read.Op, $"was {offset} for op {fetch.Op.Op.Index}, after op {read.Op.Op.Index} had fetched {read.Offset}.");
            return null;
        }

        return commits.FirstNotEndedBefore(Math.Max(bound, latest?.Begin ?? -1));
    }

    private void Tell(string name, OffsetFetch fetch, long? before, OpFacts? other, string what)
    {
        long?[] offsets = [before, fetch.Offset];
        OpFacts?[] ops = [other, fetch.Op];
        _report.Add(_place.Describe(name, _place.Class, offsets.OfType<long>().ToArray(), ops.OfType<OpFacts>().ToArray(), what));
    }

    /// <summary>The commits of one offset, in the order in which they began, with the furthest end until each.</summary>
    private sealed class CommitsOfOffset
    {
        private readonly List<int> _begins = [];
        private readonly List<int> _furthestEnds = [];

        public int FirstBegin => _begins[0];

        public void Add(OffsetCommit commit)
        {
            _begins.Add(commit.Begin);
            _furthestEnds.Add(Math.Max(commit.End, _furthestEnds.Count > 0 ? _furthestEnds[^1] : -1));
        }

        /// <summary>Where the earliest commit begins that had not ended before an index; without end when there is none.</summary>
        public int FirstNotEndedBefore(int index)
        {
            var place = _furthestEnds.BinarySearch(index);
            place = place >= 0 ? place : ~place;
            while (place > 0 && _furthestEnds[place - 1] >= index)
            {
                place--;
            }

            return place < _begins.Count ? _begins[place] : int.MaxValue;
        }
    }
}
