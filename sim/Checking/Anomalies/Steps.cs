using Deterministic.Checking.Facts;

namespace Deterministic.Checking.Anomalies;

/// <summary>Distances between records in a log's dense order, and what lies between.</summary>
internal static class Steps
{
    /// <summary>
    /// From one polled record to the next, by their offsets: the same value at two offsets is the business of
    /// <see cref="Duplicates"/>. Forwards it is one more than what lies between; neither record needs a place in the order, so
    /// aborted records that a read-uncommitted consumer polls are judged too. What was deleted on purpose does not count.
    /// </summary>
    public static int Between(KeyFacts key, ReadRecord earlier, ReadRecord later, long deletedBelow)
    {
        var to = key.IndexOf(later.Offset);
        return later.Offset <= earlier.Offset
            ? to - key.IndexOf(earlier.Offset)
            : 1 + Math.Max(0, to - key.IndexOf(Math.Max(earlier.Offset + 1, deletedBelow)));
    }

    /// <summary>From one sent record to the next; 1 when either is at no known offset.</summary>
    public static int Between(ValueFacts earlier, ValueFacts later) =>
        earlier.Last < 0 || later.Last < 0 ? 1 : later.Last - earlier.Last;

    /// <summary>One value for each index strictly between, at most as many as a report lists.</summary>
    public static long[] Skipped(KeyFacts key, int from, int to) =>
        Enumerable.Range(from + 1, Math.Clamp(to - from - 1, 0, CheckOptions.ListMax)).Select(index => key.ValuesAt(index)[0].Value).ToArray();
}
