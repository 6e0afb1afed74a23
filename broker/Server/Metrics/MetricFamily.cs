namespace Deterministic.Server.Metrics;

/// <summary>All samples of one name. Built during one scrape, by one shard at a time.</summary>
public sealed class MetricFamily(string name, MetricKind kind)
{
    private readonly Dictionary<string, double> _samples = new(StringComparer.Ordinal);

    /// <summary>The name.</summary>
    public string Name { get; } = name;

    /// <summary>What its numbers mean.</summary>
    public MetricKind Kind { get; } = kind;

    /// <summary>The numbers, by labels.</summary>
    public IReadOnlyDictionary<string, double> Samples => _samples;

    /// <summary>Adds to a sample; one that is not there yet counts as 0.</summary>
    internal void Add(string labels, double value)
    {
        _samples.TryGetValue(labels, out var sum);
        _samples[labels] = sum + value;
    }
}
