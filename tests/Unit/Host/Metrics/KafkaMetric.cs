using System.Text.RegularExpressions;

namespace Deterministic.Host.Tests.Metrics;

/// <summary>
/// A row of the table of Kafka's metrics: MBean, kind, attributes, and how many of its names the broker has. Names are made by the rules
/// of the JMX exporter that Kafka's dashboards go by.
/// </summary>
internal sealed partial record KafkaMetric(string ObjectName, string Kind, string[] Attributes)
{
    internal static KafkaMetric Parse(string line)
    {
        var columns = line.Split('\t');
        return new KafkaMetric(columns[0], columns[1], columns[2].Split(','));
    }

    internal string RowOf(IReadOnlySet<string> served)
    {
        var names = Names().Distinct(StringComparer.Ordinal).ToArray();
        var found = names.Count(served.Contains);
        var state = found == names.Length ? "yes" : found == 0 ? "no" : $"{found} of {names.Length}";
        return $"{ObjectName}\t{Kind}\t{string.Join(',', Attributes)}\t{state}";
    }

    private IEnumerable<string> Names()
    {
        var bean = Bean().Match(ObjectName);
        var prefix = $"{bean.Groups["domain"].Value}_{bean.Groups["type"].Value}";
        var name = bean.Groups["name"].Value;
        if (name.Length == 0)
        {
            return Attributes.Select(attribute => Clean($"{prefix}_{attribute}"));
        }

        if (name.EndsWith("Percent", StringComparison.Ordinal) && Kind is ("gauge" or "meter") && !name.Contains("InPercent", StringComparison.Ordinal))
        {
            return [Clean($"{prefix}_{name[..^"Percent".Length]}_percent")];
        }

        return Kind switch
        {
            "gauge" => [Clean($"{prefix}_{name}")],
            "meter" => [Clean($"{prefix}_{name.Replace("PerSec", "", StringComparison.Ordinal)}_total")],
            _ => [Clean($"{prefix}_{name}"), Clean($"{prefix}_{name}_count")],
        };
    }

    private static string Clean(string name) => NotAllowed().Replace(name, "_").ToLowerInvariant();

    [GeneratedRegex(@"^(?<domain>[^:]+):type=(?<type>[^,]+)(?:,name=(?<name>[^,]+))?", RegexOptions.None, 1000)]
    private static partial Regex Bean();

    [GeneratedRegex("[^a-zA-Z0-9_]", RegexOptions.None, 1000)]
    private static partial Regex NotAllowed();
}
