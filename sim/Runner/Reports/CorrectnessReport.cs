using System.Globalization;
using Deterministic.Runner.Mutants;
using Deterministic.Runner.Running;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Marks;

namespace Deterministic.Runner.Reports;

/// <summary>What a batch of seeds showed, as a Markdown page with plots beside it.</summary>
internal static class CorrectnessReport
{
    /// <summary>The kinds that happen by drawing a scenario at all: they are no events that a run could count.</summary>
    private static readonly FaultKind[] s_always = [FaultKind.Swarm, FaultKind.SmallLimits];

    /// <summary>Writes index.md and its plots.</summary>
    public static void Write(string folder, ReportHeader header, BatchTotals totals, Coverage coverage)
    {
        Directory.CreateDirectory(folder);
        Plots.Write(folder, header, coverage);
        File.WriteAllText(Path.Combine(folder, "index.md"), string.Join('\n', Sections(folder, header, totals, coverage)));
    }

    private static IEnumerable<string> Sections(string folder, ReportHeader header, BatchTotals totals, Coverage coverage)
    {
        yield return $"# What the simulator showed\n\n{header.Markdown}";
        yield return Tables.Markdown(["figure", "value"], Figures(totals, coverage));
        if (coverage.Violations.Count > 0)
        {
            yield return "## Violations\n\n" + Tables.Markdown(["invariant", "seeds"], coverage.Violations.Select(pair => new object[] { pair.Key, pair.Value }));
        }

        yield return "## Faults\n\n![](faults.svg)\n\n" + Tables.Markdown(["kind", "took effect"], FaultRows(coverage));
        yield return "## Speed and convergence\n\n![](speed.svg)\n\n![](convergence.svg)\n";
        yield return "## Marks and crash points\n\n![](reach.svg)\n\n" + Marks(coverage) + "\n" + Tables.Markdown(
            ["crash point", "reached", "crashed before", "crashed after"],
            coverage.CrashPoints.Values.Select(point => new object[] { point.Id, point.Reached, point.CrashedBefore, point.CrashedAfter }));
        yield return "## Mutants\n\n" + (File.Exists(Path.Combine(folder, MutantTable.MarkdownFile))
            ? $"[The table]({MutantTable.MarkdownFile}), with its own commit and command.\n"
            : "Not run into this folder.\n");
    }

    private static IEnumerable<object[]> Figures(BatchTotals totals, Coverage coverage) =>
    [
        ["seeds", totals.Seeds],
        ["failing seeds", totals.Failures],
        ["errors of the simulator", totals.Errors],
        ["events", totals.Events],
        ["simulated time", string.Create(CultureInfo.InvariantCulture, $"{totals.SimulatedSeconds:F0} s")],
        ["core time", string.Create(CultureInfo.InvariantCulture, $"{totals.CoreSeconds:F1} s")],
        ["events/s for each core", string.Create(CultureInfo.InvariantCulture, $"{totals.EventsPerCoreSecond:F0}")],
        ["simulated to real time, for each core", string.Create(CultureInfo.InvariantCulture, $"{totals.Ratio:F0}")],
        ["kinds of faults", $"{FaultRows(coverage).Count(row => !Equals(row[1], 0L))} of {Enum.GetValues<FaultKind>().Length}"],
        ["crash points crashed at", $"{coverage.CrashedAt} of {coverage.CrashPoints.Count} reached"],
        ["longest convergence after the heal", string.Create(CultureInfo.InvariantCulture, $"{coverage.ConvergenceSeconds.DefaultIfEmpty().Max():F2} s")],
    ];

    private static IEnumerable<object[]> FaultRows(Coverage coverage) => Enum.GetValues<FaultKind>()
        .Select(kind => new object[] { kind.ToString(), s_always.Contains(kind) ? "in every seed" : coverage.Faults[(int)kind] });

    private static string Marks(Coverage coverage)
    {
        var known = KnownMarks.All;
        var never = known.Except(coverage.Marks.Keys, StringComparer.Ordinal).ToArray();
        var share = string.Create(CultureInfo.InvariantCulture, $"{known.Count - never.Length} of {known.Count} marks were reached.");
        return $"{share} Never: {(never.Length == 0 ? "none" : string.Join(", ", never))}.\n\n"
            + Tables.Markdown(["mark", "hits"], coverage.Marks.Select(pair => new object[] { pair.Key, pair.Value }));
    }
}
