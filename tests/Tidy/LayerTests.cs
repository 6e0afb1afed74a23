using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Deterministic.Tidy.Tests;

public sealed partial class LayerTests
{
    private static readonly Dictionary<string, string[]> s_mayReference = new(StringComparer.Ordinal)
    {
        ["Kernel"] = [],
        ["Protocol"] = ["Kernel"],
        ["Storage"] = ["Kernel", "Protocol"],
        ["Raft"] = ["Kernel", "Protocol", "Storage"],
        ["Server"] = ["Kernel", "Protocol", "Storage", "Raft"],
        ["Host"] = ["Kernel", "Protocol", "Storage", "Raft", "Server"],
        ["Checking"] = [], // It judges clusters of any make by what clients saw.
        ["Simulator"] = ["Kernel", "Protocol", "Storage", "Raft", "Server", "Checking"],
        ["Runner"] = ["Simulator", "Checking"],
    };

    private static IEnumerable<string> Projects => Repository.Files("broker", "*.csproj").Concat(Repository.Files("sim", "*.csproj"));

    [Fact]
    public void Every_part_is_in_the_table() =>
        Assert.Equal(
            s_mayReference.Keys.Order(StringComparer.Ordinal),
            Projects.Select(path => path.Split('/')[1]).Order(StringComparer.Ordinal));

    [Fact]
    public void Projects_reference_only_the_layers_below() => Finding.None(
        "A project references one that the table in this test does not allow:",
        from path in Projects
        let part = path.Split('/')[1]
        from Match reference in ProjectReference().Matches(Repository.Read(path))
        where !s_mayReference[part].Contains(reference.Groups["part"].Value, StringComparer.Ordinal)
        select $"{path} references {reference.Groups["part"].Value}");

    [Fact]
    public void Sources_use_only_the_layers_below() => Finding.None(
        "A file uses a namespace of a layer that is not below its own:",
        from file in Repository.Sources("broker", "sim")
        let part = file.Path.Split('/')[1]
        from directive in file.All<UsingDirectiveSyntax>()
        let name = directive.Name?.ToString() ?? ""
        where name.StartsWith("Deterministic.", StringComparison.Ordinal)
        let used = name.Split('.')[1]
        where used != part && !s_mayReference[part].Contains(used, StringComparer.Ordinal)
        select $"{file.Path} uses {name}");

    /// <summary>The simulator's invariants are omniscient: they compare what no caller of the broker could see.</summary>
    [Fact]
    public void Only_tests_and_the_simulator_see_internals() => Finding.None(
        "InternalsVisibleTo is for tests and the simulator:",
        from path in Projects
        from Match match in InternalsVisible().Matches(Repository.Read(path))
        where !match.Groups["name"].Value.EndsWith(".Tests", StringComparison.Ordinal)
            && match.Groups["name"].Value != "Deterministic.Simulator"
        select $"{path} shows its internals to {match.Groups["name"].Value}");

    [Fact]
    public void A_namespace_is_the_part_and_the_folder() => Finding.None(
        "The namespace of a file follows from where it stands:",
        from file in Repository.Sources("broker", "sim")
        let expected = "Deterministic." + Path.GetDirectoryName(file.Path[(file.Path.IndexOf('/', StringComparison.Ordinal) + 1)..])!.Replace('/', '.').Replace('\\', '.')
        from space in file.All<BaseNamespaceDeclarationSyntax>()
        where space.Name.ToString() != expected
        select $"{file.Path}: {space.Name} instead of {expected}");

    [GeneratedRegex("<ProjectReference Include=\"[^\"]*Deterministic\\.(?<part>\\w+)\\.csproj\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ProjectReference();

    [GeneratedRegex("<InternalsVisibleTo Include=\"(?<name>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InternalsVisible();
}
