using System.Text.RegularExpressions;

namespace Deterministic.Conformance.DifferentialTest;

/// <summary>A difference that is meant: where it stands, what each says, and the reason. Every field is a regular expression over the whole.</summary>
public sealed record Explanation(Regex Api, Regex Case, Regex Path, Regex Theirs, Regex Ours, string Why)
{
    /// <summary>How many differences it explained in this run.</summary>
    public int Used { get; private set; }

    /// <summary>Reads <c>explained.tsv</c>.</summary>
    public static IReadOnlyList<Explanation> ReadAll() =>
        [.. DataFile.Rows("explained.tsv").Select(row => new Explanation(
            Rule.Whole(row[0]), Rule.Whole(row[1]), Rule.Whole(row[2]), Rule.Whole(row[3]), Rule.Whole(row[4]), row[5]))];

    /// <summary>Whether it explains that difference.</summary>
    public bool Explains(Step step, Difference difference)
    {
        var does = Api.IsMatch(step.Api.Key.ToString()) && Case.IsMatch(step.Name) && Path.IsMatch(difference.Path)
            && Theirs.IsMatch(difference.Theirs) && Ours.IsMatch(difference.Ours);
        Used += does ? 1 : 0;
        return does;
    }
}
