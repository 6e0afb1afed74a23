using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Facts;

/// <summary>
/// One log of a history: its values, and its version order, which is the known offsets counted from 0 (the dense order;
/// gaps in the offsets are transaction markers and the like). Owned by <see cref="HistoryFacts"/>.
/// </summary>
internal sealed class KeyFacts(LogKey key)
{
    private readonly Dictionary<long, ValueFacts> _byValue = [];
    private List<(long Offset, ValueFacts Value)> _seen = [];
    private long[] _offsets = [];
    private int[] _starts = [0];
    private ValueFacts[] _slots = [];

    public LogKey Key { get; } = key;

    /// <summary>All values, in the order in which the history first mentions them.</summary>
    public List<ValueFacts> Values { get; } = [];

    /// <summary>How many offsets are known.</summary>
    public int Length => _offsets.Length;

    /// <summary>The furthest dense index that an ok poll has reached, counting a value where it stands first; -1: none.</summary>
    public int OkReadBound { get; private set; } = -1;

    /// <summary>The same for polls of committed data.</summary>
    public int CommittedReadBound { get; private set; } = -1;

    public ValueFacts ValueOf(long value)
    {
        if (!_byValue.TryGetValue(value, out var facts))
        {
            _byValue.Add(value, facts = new ValueFacts(this, value));
            Values.Add(facts);
        }

        return facts;
    }

    public ValueFacts? Find(long value) => _byValue.GetValueOrDefault(value);

    public long OffsetAt(int index) => _offsets[index];

    /// <summary>The distinct values at an index, smallest first. More than one is an anomaly.</summary>
    public ReadOnlySpan<ValueFacts> ValuesAt(int index) => _slots.AsSpan(_starts[index].._starts[index + 1]);

    /// <summary>The dense index of an offset that has a place in the order, or of the next one above.</summary>
    public int IndexOf(long offset)
    {
        var index = Array.BinarySearch(_offsets, offset);
        return index >= 0 ? index : ~index;
    }

    /// <summary>Somebody saw the value at the offset.</summary>
    public void Saw(long offset, ValueFacts value) => _seen.Add((offset, value));

    /// <summary>Makes the version order, once everything has been seen.</summary>
    public void Order()
    {
        var at = _seen.Select(pair => pair.Offset).ToArray();
        var seen = _seen.Select(pair => pair.Value).ToArray();
        Array.Sort(at, seen);
        var (offsets, starts, slots) = (new List<long>(), new List<int>(), new List<ValueFacts>());
        for (var i = 0; i < at.Length; i++)
        {
            if (i == 0 || at[i] != at[i - 1])
            {
                offsets.Add(at[i]);
                starts.Add(slots.Count);
            }

            if (slots.IndexOf(seen[i], starts[^1]) < 0)
            {
                slots.Add(seen[i]);
                seen[i].First = seen[i].First < 0 ? offsets.Count - 1 : seen[i].First;
                seen[i].Last = offsets.Count - 1;
            }
        }

        starts.Add(slots.Count);
        (_offsets, _starts, _slots, _seen) = ([.. offsets], [.. starts], [.. slots], []);
        for (var index = 0; index < offsets.Count; index++)
        {
            _slots.AsSpan(starts[index]..starts[index + 1]).Sort(static (a, b) => a.Value.CompareTo(b.Value));
        }

        foreach (var value in Values)
        {
            OkReadBound = value.OkRead ? Math.Max(OkReadBound, value.First) : OkReadBound;
            CommittedReadBound = value.OkCommittedRead ? Math.Max(CommittedReadBound, value.First) : CommittedReadBound;
        }
    }
}
