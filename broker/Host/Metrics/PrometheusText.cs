using System.Globalization;
using System.Text;
using Deterministic.Server.Metrics;

namespace Deterministic.Host.Metrics;

/// <summary>Prometheus' text format, version 0.0.4. Stateless.</summary>
internal static class PrometheusText
{
    /// <summary>What the answer's Content-Type says.</summary>
    internal const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>All samples, by name.</summary>
    internal static string Of(MetricSet set)
    {
        var text = new StringBuilder();
        foreach (var family in set.Families)
        {
            var kind = family.Kind.ToString().ToLowerInvariant();
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {family.Name} {kind}\n");
            foreach (var (labels, value) in family.Samples)
            {
                text.Append(family.Name);
                if (labels.Length > 0)
                {
                    text.Append('{').Append(labels).Append('}');
                }

                text.Append(' ').Append(NumberOf(value)).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string NumberOf(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
