using Deterministic.Checking.Facts;

namespace Deterministic.Checking.Anomalies;

/// <summary>Collects what the detectors find: all of it counted, a limited number of it listed. Lives for one check.</summary>
internal sealed class AnomalyReport(int listedMax)
{
    private readonly List<Anomaly> _listed = [];
    private readonly Dictionary<(string Name, AnomalyClass Class), int> _places = [];
    private readonly List<AnomalyCount> _counts = [];

    public IReadOnlyList<Anomaly> Listed => _listed;

    public IReadOnlyList<AnomalyCount> Counts => _counts;

    public void Add(Anomaly anomaly)
    {
        if (!_places.TryGetValue((anomaly.Name, anomaly.Class), out var place))
        {
            _places.Add((anomaly.Name, anomaly.Class), place = _counts.Count);
            _counts.Add(new AnomalyCount(anomaly.Name, anomaly.Class, 0));
        }

        _counts[place] = _counts[place] with { Count = _counts[place].Count + 1 };
        if (_counts[place].Count <= listedMax)
        {
            _listed.Add(anomaly);
        }
    }

    public static long[] ValuesOf(IEnumerable<ValueFacts> values) => values.Take(CheckOptions.ListMax).Select(value => value.Value).ToArray();

    public static string Join(IEnumerable<long> values) => string.Join(", ", values);
}
