using Deterministic.Checking.Facts;

namespace Deterministic.Checking.Anomalies;

/// <summary>Distances between records in a log's dense order, and what lies between.</summary>
internal static class Steps
{
    /// <summary>
    /// From one polled record to the next, by their offsets: the same value at two offsets is the business of
    /// <see cref="Duplicates"/>. Records that were deleted on purpose do not count. 1 when either has no place in the order.
    /// </summary>
    public static int Between(KeyFacts key, ReadRecord earlier, ReadRecord later, long deletedBelow)
    {
        if (!key.Knows(earlier.Offset) || !key.Knows(later.Offset))
        {
            return 1;
        }

        var from = key.IndexOf(earlier.Offset);
        var to = key.IndexOf(later.Offset);
        var kept = deletedBelow > long.MinValue ? key.IndexOf(deletedBelow) : 0;
        return to > from ? to - Math.Max(from, Math.Min(kept, to) - 1) : to - from;
    }

    /// <summary>From one sent record to the next; 1 when either is at no known offset.</summary>
    public static int Between(ValueFacts earlier, ValueFacts later) =>
        earlier.Last < 0 || later.Last < 0 ? 1 : later.Last - earlier.Last;

    /// <summary>One value for each index strictly between, at most as many as a report lists.</summary>
    public static long[] Skipped(KeyFacts key, int from, int to) =>
        Enumerable.Range(from + 1, Math.Clamp(to - from - 1, 0, CheckOptions.ListMax)).Select(index => key.ValuesAt(index)[0].Value).ToArray();
}
