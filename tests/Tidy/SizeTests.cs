using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Deterministic.Tidy.Tests;

/// <summary>Lengths. The exceptions may only shrink: an entry that is too generous fails as well.</summary>
public sealed class SizeTests
{
    private const int FileLinesMax = 400;
    private const int MethodLinesMax = 70;

    private static readonly Dictionary<string, int> s_longFiles = new(StringComparer.Ordinal)
    {
        ["broker/Protocol/ErrorCode.cs"] = 419, // One enum, three lines for each code of the protocol.
    };

    /// <summary>Tables written as one expression.</summary>
    private static readonly Dictionary<string, int> s_longMethods = new(StringComparer.Ordinal)
    {
        ["broker/Protocol/ErrorCodes.cs MessageOf"] = 141,
        ["broker/Protocol/ErrorCodes.cs NameOf"] = 142,
    };

    [Fact]
    public void Files_stay_below_400_lines()
    {
        var lengths = Repository.Sources().ToDictionary(
            file => file.Path, file => file.Text.TrimEnd('\n').Split('\n').Length, StringComparer.Ordinal);
        Check(lengths, s_longFiles, FileLinesMax);
    }

    [Fact]
    public void Methods_stay_below_70_lines()
    {
        var lengths = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var file in Repository.Sources())
        {
            foreach (var method in file.Tree.DescendantNodes().Where(node => node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax))
            {
                var span = method.GetLocation().GetLineSpan();
                var key = $"{file.Path} {NameOf(method)}";
                lengths[key] = Math.Max(lengths.GetValueOrDefault(key), span.EndLinePosition.Line - span.StartLinePosition.Line + 1);
            }
        }

        Check(lengths, s_longMethods, MethodLinesMax);
    }

    private static void Check(Dictionary<string, int> lengths, Dictionary<string, int> exceptions, int max)
    {
        Finding.None(
            $"Longer than {max} lines (or than its exception): split it along its meaning.",
            from pair in lengths
            where pair.Value > exceptions.GetValueOrDefault(pair.Key, max)
            select $"{pair.Key}: {pair.Value}");
        Finding.None(
            "An exception is larger than what it excuses: lower it to the number, or remove it.",
            from pair in exceptions
            where lengths.GetValueOrDefault(pair.Key) < pair.Value
            select $"{pair.Key}: {lengths.GetValueOrDefault(pair.Key)}, allowed {pair.Value}");
    }

    private static string NameOf(SyntaxNode method) => method switch
    {
        MethodDeclarationSyntax named => named.Identifier.Text,
        LocalFunctionStatementSyntax local => local.Identifier.Text,
        ConstructorDeclarationSyntax => "constructor",
        _ => method.Kind().ToString(),
    };
}
