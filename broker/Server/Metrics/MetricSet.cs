using System.Text;
using Deterministic.Kernel.Metrics;

namespace Deterministic.Server.Metrics;

/// <summary>
/// The metrics of one scrape, filled by each shard in turn: what several say under one name and the same labels is added up.
/// Names are those that the usual rules of the JMX exporter make of Kafka's MBeans. Lives for one scrape.
/// </summary>
public sealed class MetricSet
{
    private static readonly (double Share, string Label)[] s_quantiles =
    [
        (0.5, "quantile=\"0.50\""), (0.75, "quantile=\"0.75\""), (0.95, "quantile=\"0.95\""), (0.98, "quantile=\"0.98\""),
        (0.99, "quantile=\"0.99\""), (0.999, "quantile=\"0.999\""),
    ];

    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string Name, string Labels), (Histogram Sum, double Scale)> _histograms = [];

    /// <summary>All of them, by name.</summary>
    public IReadOnlyCollection<MetricFamily> Families => _families.Values;

    /// <summary>The family of that name, or null.</summary>
    public MetricFamily? Find(string name) => _families.TryGetValue(name, out var family) ? family : null;

    /// <summary>A number that goes up and down: attribute Value of an MBean.</summary>
    public void Gauge(string group, string type, string name, double value, string labels = MetricLabels.None) =>
        Add(NameOf(group, type, name), MetricKind.Gauge, labels, value);

    /// <summary>A gauge of which the highest that any shard says counts.</summary>
    public void Highest(string group, string type, string name, double value)
    {
        var full = NameOf(group, type, name);
        var before = Find(full)?.Samples.GetValueOrDefault(MetricLabels.None) ?? 0;
        Add(full, MetricKind.Gauge, MetricLabels.None, Math.Max(before, value) - before);
    }

    /// <summary>A meter: what it counted. <paramref name="name"/> ends with PerSec, as the MBean's does.</summary>
    public void Meter(string group, string type, string name, double count, string labels = MetricLabels.None) =>
        Add($"{NameOf(group, type, name.Replace("PerSec", "", StringComparison.Ordinal))}_total", MetricKind.Counter, labels, count);

    /// <summary>A share between 0 and 1, as the mean of a meter or the value of a gauge whose name ends with Percent.</summary>
    public void Percent(string group, string type, string name, double value, string labels = MetricLabels.None) =>
        Add($"{NameOf(group, type, name.Replace("Percent", "", StringComparison.Ordinal))}_percent", MetricKind.Gauge, labels, value);

    /// <summary>An attribute of a sensor.</summary>
    public void Sensor(string type, string attribute, double value, string labels = MetricLabels.None) =>
        Add(
            NameOf("server", type, attribute),
            attribute.EndsWith("-total", StringComparison.Ordinal) || attribute.EndsWith("-count-total", StringComparison.Ordinal) ? MetricKind.Counter : MetricKind.Gauge,
            labels,
            value);

    /// <summary>A histogram; values are multiplied by <paramref name="scale"/>.</summary>
    public void Histogram(string group, string type, string name, Histogram histogram, double scale = 1, string labels = MetricLabels.None)
    {
        var key = (NameOf(group, type, name), labels);
        if (!_histograms.TryGetValue(key, out var entry))
        {
            entry = (new Histogram(), scale);
            _histograms.Add(key, entry);
        }

        entry.Sum.Add(histogram);
    }

    /// <summary>A sample under a name of its own.</summary>
    public void Add(string name, MetricKind kind, string labels, double value)
    {
        if (!_families.TryGetValue(name, out var family))
        {
            family = new MetricFamily(name, kind);
            _families.Add(name, family);
        }

        family.Add(labels, value);
    }

    /// <summary>All shards have said theirs: histograms become counts and quantiles.</summary>
    internal void Complete()
    {
        foreach (var ((name, labels), (sum, scale)) in _histograms)
        {
            Add($"{name}_count", MetricKind.Counter, labels, sum.Count);
            Add($"{name}_sum", MetricKind.Counter, labels, sum.Sum * scale);
            foreach (var (share, quantile) in s_quantiles)
            {
                Add(name, MetricKind.Gauge, MetricLabels.Join(labels, quantile), sum.Quantile(share) * scale);
            }
        }

        _histograms.Clear();
    }

    /// <summary>Lower case, with underscores for what a name must not hold.</summary>
    internal static string NameOf(string group, string type, string name)
    {
        var text = new StringBuilder("kafka_");
        foreach (var part in (ReadOnlySpan<string>)[group, "_", type, "_", name])
        {
            foreach (var c in part)
            {
                text.Append(char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_');
            }
        }

        return text.ToString();
    }
}
