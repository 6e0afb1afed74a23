using System.Globalization;
using System.Text.Json;
using Deterministic.Runner.Reports;
using Deterministic.Runner.Running;

namespace Deterministic.Runner.Mutants;

/// <summary>The table of mutants: for a terminal, as Markdown, as JSON.</summary>
internal static class MutantTable
{
    /// <summary>The Markdown file's name.</summary>
    public const string MarkdownFile = "mutants.md";

    private static readonly string[] s_columns = ["mutant", "bug", "state", "seeds", "core-seconds", "invariant", "expected"];
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    /// <summary>Prints it.</summary>
    public static void Print(IReadOnlyList<MutantOutcome> outcomes) => Tables.Print(s_columns[..^1], outcomes.Select(outcome => RowOf(outcome)[..^1]));

    /// <summary>Writes it as files.</summary>
    public static void Write(string folder, ReportHeader header, IReadOnlyList<MutantOutcome> outcomes)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(
            Path.Combine(folder, MarkdownFile),
            $"# Mutants\n\n{header.Markdown}\n{Line(outcomes)}\n\n{Tables.Markdown(s_columns, outcomes.Select(RowOf))}");
        File.WriteAllText(Path.Combine(folder, "mutants.json"), JsonSerializer.Serialize(new { header, outcomes = outcomes.Select(DataOf) }, s_json) + "\n");
    }

    /// <summary>The sums, as one line.</summary>
    public static string Line(IReadOnlyList<MutantOutcome> outcomes)
    {
        var found = outcomes.Where(outcome => outcome.State == "found").Select(outcome => outcome.CoreSeconds).Order().ToArray();
        var median = found.Length == 0 ? 0 : found[found.Length / 2];
        return string.Create(CultureInfo.InvariantCulture,
            $"mutants={outcomes.Count} found={found.Length} survived={outcomes.Count(outcome => outcome.State == "survived")} errors={outcomes.Count(outcome => outcome.State == "error")} median={median:F1} core-seconds");
    }

    private static object[] RowOf(MutantOutcome outcome) =>
    [
        outcome.Mutant.Name, outcome.Mutant.Bug, outcome.State, outcome.Seeds, outcome.CoreSeconds,
        outcome.Error ?? outcome.Invariant ?? "", outcome.Mutant.Expected,
    ];

    private static object DataOf(MutantOutcome outcome) => new
    {
        outcome.Mutant.Name, outcome.Mutant.Bug, outcome.State, outcome.Seeds, outcome.CoreSeconds, outcome.Seed, outcome.Invariant, outcome.Error,
    };
}
