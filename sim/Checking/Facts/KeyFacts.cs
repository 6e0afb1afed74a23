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
        _seen.Sort(static (a, b) => a.Offset != b.Offset ? a.Offset.CompareTo(b.Offset) : a.Value.Value.CompareTo(b.Value.Value));
        var offsets = new List<long>();
        var starts = new List<int>();
        var slots = new List<ValueFacts>();
        foreach (var (offset, value) in _seen)
        {
            var isNew = offsets.Count == 0 || offsets[^1] != offset;
            if (isNew)
            {
                offsets.Add(offset);
                starts.Add(slots.Count);
            }

            if (isNew || slots[^1] != value)
            {
                slots.Add(value);
                value.First = value.First < 0 ? offsets.Count - 1 : value.First;
                value.Last = offsets.Count - 1;
            }
        }

        starts.Add(slots.Count);
        (_offsets, _starts, _slots, _seen) = ([.. offsets], [.. starts], [.. slots], []);
        foreach (var value in Values)
        {
            OkReadBound = value.OkRead ? Math.Max(OkReadBound, value.First) : OkReadBound;
            CommittedReadBound = value.OkCommittedRead ? Math.Max(CommittedReadBound, value.First) : CommittedReadBound;
        }
    }
}
