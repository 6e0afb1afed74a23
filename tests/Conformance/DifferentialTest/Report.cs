using System.Globalization;

namespace Deterministic.Conformance.DifferentialTest;

/// <summary>What came out, by API.</summary>
internal sealed class Report
{
    private readonly SortedDictionary<string, int[]> _counts = new(StringComparer.Ordinal);

    internal int Unexplained => _counts.Values.Sum(counts => counts[3]);

    internal int Compared => _counts.Values.Sum(counts => counts[0]);

    internal void Add(string api, Verdict verdict)
    {
        if (!_counts.TryGetValue(api, out var counts))
        {
            _counts[api] = counts = new int[4];
        }

        counts[0]++;
        counts[1 + (int)verdict]++;
    }

    internal void Print(TextWriter to)
    {
        to.WriteLine($"{"API",-32} {"compared",9} {"equal",9} {"explained",9} {"unexplained",11}");
        foreach (var (api, counts) in _counts)
        {
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{api,-32} {counts[0],9} {counts[1],9} {counts[2],9} {counts[3],11}"));
        }

        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Compared} compared, {_counts.Values.Sum(counts => counts[2])} explained, {Unexplained} unexplained"));
    }
}
