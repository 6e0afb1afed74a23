using System.Text.RegularExpressions;
using Deterministic.Kernel;

namespace Deterministic.Server.Groups.Patterns;

/// <summary>
/// A regular expression over topic names as clients may subscribe to it: RE2's syntax, which matches in time that is linear in
/// the name. A name matches as a whole. Immutable; any shard.
/// </summary>
public sealed class TopicPattern
{
    private readonly Regex _regex;

    private TopicPattern(Regex regex)
    {
        _regex = regex;
    }

    /// <summary>The expression, or null and what is wrong with it.</summary>
    public static TopicPattern? TryParse(string pattern, out string error)
    {
        if (!new Re2Translation(pattern).TryTranslate(out var translated, out error))
        {
            Mark.Hit("topic-pattern.refused");
            return null;
        }

        try
        {
            var regex = new Regex($"\\A(?:{translated})\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return new TopicPattern(regex);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            // A script of \p that is unknown here, or an expression that unfolds to too many states.
            error = "expression is too large or names an unknown class";
            return null;
        }
    }

    /// <summary>Whether the whole name matches.</summary>
    public bool IsMatch(string name) => _regex.IsMatch(name);
}
