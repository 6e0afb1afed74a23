using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Deterministic.Tidy.Tests;

/// <summary>The marks of the broker have names that are constants, unique and listed, so that a report can say which were never reached.</summary>
public sealed partial class MarkTests
{
    private const string List = "sim/Simulator/Marks/marks.txt";

    [Fact]
    public void A_mark_is_named_by_a_literal_of_the_form_part_what_happens()
    {
        var others = Hits().Where(hit => hit.Name is not { } name || !Form().IsMatch(name));
        Finding.None("Mark.Hit takes a literal such as \"recovery.tail-cut\"", others.Select(hit => $"{hit.Path}: {hit.Argument}"));
    }

    [Fact]
    public void A_mark_stands_in_one_place()
    {
        var repeated = Hits().GroupBy(hit => hit.Name, StringComparer.Ordinal).Where(hits => hits.Count() > 1);
        Finding.None("Marks that are hit in several places", repeated.Select(hits => $"{hits.Key}: {string.Join(", ", hits.Select(hit => hit.Path))}"));
    }

    [Fact]
    public void The_list_of_marks_is_that_of_the_sources()
    {
        var listed = Repository.Read(List).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var hit = Hits().Select(hit => hit.Name!).ToArray();
        Assert.NotEmpty(hit);
        Finding.None($"Marks of the broker that {List} does not list", hit.Except(listed, StringComparer.Ordinal));
        Finding.None($"Marks in {List} that the broker does not hit", listed.Except(hit, StringComparer.Ordinal));
        Assert.Equal(listed.Order(StringComparer.Ordinal), listed);
    }

    private static List<(string Path, string? Name, string Argument)> Hits() =>
    [
        .. Repository.Sources("broker").SelectMany(file => file.All<InvocationExpressionSyntax>()
            .Where(call => string.Equals(call.Expression.ToString(), "Mark.Hit", StringComparison.Ordinal))
            .Select(call => call.ArgumentList.Arguments[0].Expression)
            .Select(argument => (file.Path, (argument as LiteralExpressionSyntax)?.Token.Value as string, argument.ToString()))),
    ];

    [GeneratedRegex(@"^[a-z]+(-[a-z]+)*\.[a-z0-9]+(-[a-z0-9]+)*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
