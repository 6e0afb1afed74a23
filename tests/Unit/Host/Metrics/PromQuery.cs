using System.Text.RegularExpressions;

namespace Deterministic.Host.Tests.Metrics;

/// <summary>
/// As much of PromQL as says whether a query finds something: the selectors in it, and the labels by which it groups. Functions and
/// operators only turn numbers into numbers.
/// </summary>
internal static partial class PromQuery
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>What stands in the way of an answer; null when every selector of the query finds a sample.</summary>
    internal static string? Problem(string query, string legend, IReadOnlyList<Sample> samples)
    {
        var left = Variables().Replace(query, ".*");
        var groups = Grouping().Matches(left).SelectMany(match => match.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries)).ToArray();
        left = Grouping().Replace(left, " ");
        var selectors = Selector().Matches(left).Where(match => !match.Groups["call"].Success && !double.TryParse(match.Groups["name"].Value, out _)).ToArray();
        if (selectors.Length == 0)
        {
            return $"{query} asks for nothing";
        }

        foreach (var selector in selectors)
        {
            var found = samples.Where(sample => sample.Name == selector.Groups["name"].Value && Matches(sample, selector.Groups["matchers"].Value)).ToArray();
            if (found.Length == 0)
            {
                return $"{selector.Value.Trim()} finds nothing";
            }

            var named = Legend().Matches(legend).Select(match => match.Groups["label"].Value);
            foreach (var label in groups.Concat(named))
            {
                if (!found.Any(sample => sample.Labels.ContainsKey(label)))
                {
                    return $"no sample of {selector.Value.Trim()} has label {label}";
                }
            }
        }

        return null;
    }

    private static bool Matches(Sample sample, string matchers)
    {
        foreach (Match matcher in Matcher().Matches(matchers))
        {
            var value = sample.Labels.GetValueOrDefault(matcher.Groups["label"].Value, "");
            var wanted = matcher.Groups["value"].Value;
            var isMatch = matcher.Groups["op"].Value switch
            {
                "=" => value == wanted,
                "!=" => value != wanted,
                "=~" => Regex.IsMatch(value, $"^(?:{wanted})$", RegexOptions.None, s_patience),
                _ => !Regex.IsMatch(value, $"^(?:{wanted})$", RegexOptions.None, s_patience),
            };
            if (!isMatch)
            {
                return false;
            }
        }

        return true;
    }

    [GeneratedRegex(@"\$\w+|\$\{\w+\}", RegexOptions.None, 1000)]
    private static partial Regex Variables();

    [GeneratedRegex(@"\b(?:by|without|on|ignoring)\s*\((?<labels>[^)]*)\)", RegexOptions.None, 1000)]
    private static partial Regex Grouping();

    [GeneratedRegex(@"(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)\s*(?:(?<call>\()|\{(?<matchers>(?:[^}""]|""[^""]*"")*)\})?(?:\[[^\]]*\])?", RegexOptions.None, 1000)]
    private static partial Regex Selector();

    [GeneratedRegex(@"(?<label>\w+)\s*(?<op>=~|!~|!=|=)\s*""(?<value>[^""]*)""", RegexOptions.None, 1000)]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\{\{\s*(?<label>\w+)\s*\}\}", RegexOptions.None, 1000)]
    private static partial Regex Legend();
}
