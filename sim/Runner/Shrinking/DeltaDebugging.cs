namespace Deterministic.Runner.Shrinking;

/// <summary>
/// Zeller's ddmin: from a list that fails to a list in which no single item can be left out, by leaving out ever smaller
/// chunks. A test that answers false once nothing may be spent any more ends it with the smallest list so far.
/// </summary>
internal static class DeltaDebugging
{
    /// <summary>The items that are needed to fail. <paramref name="fails"/> holds for <paramref name="items"/> and is not asked again for them.</summary>
    public static IReadOnlyList<T> Minimize<T>(IReadOnlyList<T> items, Func<IReadOnlyList<T>, bool> fails)
    {
        if (items.Count == 0 || fails([]))
        {
            return [];
        }

        var chunk = (items.Count + 1) / 2;
        while (items.Count > 1)
        {
            var before = items.Count;
            items = LeaveOutChunks(items, chunk, fails);
            if (chunk == 1 && items.Count == before)
            {
                break;
            }

            chunk = Math.Max(1, Math.Min(chunk, items.Count) / 2);
        }

        return items;
    }

    private static IReadOnlyList<T> LeaveOutChunks<T>(IReadOnlyList<T> items, int chunk, Func<IReadOnlyList<T>, bool> fails)
    {
        var start = 0;
        while (start < items.Count && items.Count > 1)
        {
            var rest = Without(items, start, chunk);
            if (rest.Count > 0 && fails(rest))
            {
                items = rest;
            }
            else
            {
                start += chunk;
            }
        }

        return items;
    }

    private static List<T> Without<T>(IReadOnlyList<T> items, int start, int count)
    {
        var rest = new List<T>(items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            if (i < start || i >= start + count)
            {
                rest.Add(items[i]);
            }
        }

        return rest;
    }
}
