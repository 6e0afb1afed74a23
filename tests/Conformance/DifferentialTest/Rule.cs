using System.Text.RegularExpressions;

namespace Deterministic.Conformance.DifferentialTest;

/// <summary>
/// A field that may differ, of which APIs, in which way, and why: <c>ignore</c> (any value, null is another), <c>same</c> (each of Kafka's values
/// stands for one of ours all along), <c>set</c> (an array without order).
/// </summary>
public sealed partial record Rule(Regex Api, Regex Path, string Kind, string Why)
{
    /// <summary>Reads <c>rules.tsv</c>.</summary>
    public static IReadOnlyList<Rule> ReadAll() =>
        [.. DataFile.Rows("rules.tsv").Select(row => new Rule(Whole(row[0]), Whole(row[1]), row[2], row[3]))];

    /// <summary>A pattern over the whole text; * alone is any.</summary>
    public static Regex Whole(string pattern) => new($"^(?:{(pattern == "*" ? ".*" : pattern)})$", RegexOptions.Singleline | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));
}
