using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Deterministic.Tidy.Tests;

public sealed partial class WritingTests
{
    /// <summary>May only fall.</summary>
    private const int PragmasMax = 10;

    private static readonly string[] s_forbiddenSuffixes = ["Manager", "Helper", "Helpers", "Utils", "Util", "Base"];
    private static readonly string[] s_textFiles = ["*.cs", "*.md", "*.csproj", "*.props", "*.targets", "*.sh", "*.txt", "*.tsv", "*.json", "*.yml", "run"];

    [Fact]
    public void Every_public_type_says_what_it_is() => Finding.None(
        "A public type needs a <summary>: what it is, who owns it, how long it lives.",
        from file in Repository.Sources("broker", "sim")
        from type in file.Types
        where type.Modifiers.Any(SyntaxKind.PublicKeyword) && !type.Modifiers.Any(SyntaxKind.PartialKeyword)
        where !type.GetLeadingTrivia().ToString().Contains("<summary>", StringComparison.Ordinal)
        select $"{file.At(type)} {type.Identifier}");

    [Fact]
    public void Names_say_what_a_thing_is() => Finding.None(
        "Manager, Helper, Utils and Base say nothing about a type:",
        from file in Repository.Sources()
        from type in file.Types
        where s_forbiddenSuffixes.Any(suffix => type.Identifier.Text.EndsWith(suffix, StringComparison.Ordinal))
        where !type.Identifier.Text.EndsWith("Database", StringComparison.Ordinal)
        select $"{file.At(type)} {type.Identifier}");

    [Fact]
    public void One_public_type_a_file() => Finding.None(
        "A public type has a file of its own:",
        from file in Repository.Sources("broker", "sim")
        let types = file.Types.Where(type => type.Modifiers.Any(SyntaxKind.PublicKeyword) && type.Parent is BaseNamespaceDeclarationSyntax).ToArray()
        where types.Length > 1
        select $"{file.Path} {string.Join(", ", types.Select(type => type.Identifier.Text))}");

    [Fact]
    public void No_work_is_left_over() => Finding.None(
        "A marker of unfinished work (finish it, or write it down as an issue):",
        from file in Repository.Sources()
        where file.Path != "tests/Tidy/WritingTests.cs"
        from Match match in Marker().Matches(file.Text)
        select $"{file.Path}: {match.Value}");

    [Fact]
    public void Every_switched_off_warning_has_a_reason() => Finding.None(
        "Write the reason behind: #pragma warning disable ID // because ...",
        from file in Repository.Sources()
        from line in file.Text.Split('\n').Select((text, index) => (Text: text.Trim(), Number: index + 1))
        where line.Text.StartsWith("#pragma warning disable", StringComparison.Ordinal) && !line.Text.Contains("// ", StringComparison.Ordinal)
        select $"{file.Path}:{line.Number}");

    [Fact]
    public void Fewer_and_fewer_warnings_are_switched_off()
    {
        var count = Repository.Sources("broker", "sim").Sum(file => Pragma().Count(file.Text));
        Assert.True(count <= PragmasMax, $"{count} warnings are switched off; at most {PragmasMax} may be, and the number may only fall.");
    }

    [Fact]
    public void No_path_of_a_machine_is_in_the_repository() => Finding.None(
        "A path that exists on one machine only:",
        from path in s_textFiles.SelectMany(pattern => Repository.Files(".", pattern)).Distinct(StringComparer.Ordinal)
        where path != "tests/Tidy/WritingTests.cs"
        from Match match in MachinePath().Matches(Repository.Read(path))
        select $"{path}: {match.Value.Trim()}");

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Marker();

    [GeneratedRegex(@"^\s*#pragma warning disable", RegexOptions.Multiline, 1000)]
    private static partial Regex Pragma();

    [GeneratedRegex(@"(?<![A-Za-z0-9_.}$])/(work|root|farm|home/[a-z]+)/[^\s]*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MachinePath();
}
