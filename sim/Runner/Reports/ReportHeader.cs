using System.Globalization;
using System.Runtime.InteropServices;
using Deterministic.Runner.Running;

namespace Deterministic.Runner.Reports;

/// <summary>What every file of a report opens with: how it was made and on what, so that it can be made again. Immutable.</summary>
internal sealed record ReportHeader(string Command, string Commit, string Seeds, string Machine)
{
    /// <summary>The header of what this process reports.</summary>
    public static ReportHeader Of(Coverage coverage) =>
        Of(string.Create(CultureInfo.InvariantCulture, $"{coverage.FirstSeed} to {coverage.LastSeed}"));

    /// <summary>The header of what this process reports.</summary>
    public static ReportHeader Of(string seeds) => new(
        $"./run sim {string.Join(' ', Environment.GetCommandLineArgs().Skip(1))}",
        SourceVersion.Commit,
        seeds,
        string.Create(CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSArchitecture}, {RuntimeInformation.FrameworkDescription}"));

    /// <summary>As lines of Markdown.</summary>
    public string Markdown => $"Command: `{Command}`  \nCommit: {Commit}  \nSeeds: {Seeds}  \nMachine: {Machine}\n";

    /// <summary>As one line.</summary>
    public string Line => $"command: {Command}; commit: {Commit}; seeds: {Seeds}; machine: {Machine}";
}
