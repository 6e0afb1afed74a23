namespace Deterministic.Tidy.Tests;

/// <summary>The patches of sim/Mutants say what they are, and fit the code as it is.</summary>
public sealed class MutantTests
{
    private const string Folder = "sim/Mutants";
    private static readonly string[] s_fields = ["Bug", "Source", "Summary", "Invariant", "Expected", "Needs"];
    private static readonly IReadOnlyList<string> s_patches = Repository.Files(Folder, "*.patch");

    [Fact]
    public void There_are_mutants_and_each_has_its_own_number()
    {
        Assert.True(s_patches.Count >= 34, $"{s_patches.Count} mutants");
        Finding.None(
            "Two mutants have the same number:",
            s_patches.GroupBy(NumberOf).Where(group => group.Count() > 1).Select(group => string.Join(", ", group)));
    }

    [Fact]
    public void Every_header_is_complete() => Finding.None(
        $"The header above the diff has the fields {string.Join(", ", s_fields)}, each with a text:",
        from path in s_patches
        let header = HeaderOf(path)
        from field in s_fields
        where !header.Any(line => line.StartsWith(field + ": ", StringComparison.Ordinal) && line.Length > field.Length + 3)
        select $"{path}: {field}");

    [Fact]
    public void Every_mutant_changes_the_broker_and_nothing_else() => Finding.None(
        "A mutant changes files under broker/:",
        from path in s_patches
        let files = Repository.Read(path).Split('\n').Where(line => line.StartsWith("+++ ", StringComparison.Ordinal)).ToArray()
        where files.Length == 0 || !files.All(line => line.StartsWith("+++ b/broker/", StringComparison.Ordinal))
        select path);

    [Fact]
    public void The_table_names_every_mutant_and_no_other()
    {
        var rows = Repository.Read($"{Folder}/README.md").Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('`')[1]);
        Assert.Equal(s_patches.Select(path => Path.GetFileNameWithoutExtension(path)), rows);
    }

    [GitFact]
    public void Every_mutant_applies() => Finding.None(
        "The code under these patches has changed; write them anew:",
        from path in s_patches
        let answer = Git.TryRun(["apply", "--check", path], out var said) ? null : said
        where answer is not null
        select $"{path}: {answer.Trim()}");

    private static string NumberOf(string path) => Path.GetFileName(path).Split('-')[0];

    private static IReadOnlyList<string> HeaderOf(string path) =>
        [.. Repository.Read(path).Split('\n').TakeWhile(line => !line.StartsWith("diff --git ", StringComparison.Ordinal))];
}
