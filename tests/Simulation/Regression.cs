using Deterministic.Runner.Running;
using Deterministic.Runner.Traces;

namespace Deterministic.Simulation.Tests;

/// <summary>Runs what once failed.</summary>
internal static class Regression
{
    /// <summary>Where the files are.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Regressions");

    /// <summary>The trace file's run finds nothing.</summary>
    public static void Passes(string traceFile)
    {
        var trace = TraceFile.Parse(File.ReadAllText(Path.Combine(Folder, traceFile)));
        Require(SeedRun.Of(trace.Parsed, trace.Chooser, new(), Simulator.Runs.Simulation.Run));
    }

    /// <summary>The seed's run finds nothing.</summary>
    public static void Passes(ulong seed) => Require(SeedRun.Of(seed, new(), Simulator.Runs.Simulation.Run));

    private static void Require(SeedOutcome outcome)
    {
        var story = new StringWriter();
        Story.PrintEnd(story, outcome);
        Assert.True(outcome.Verdict == Verdict.Ok, $"{VerdictLine.Of(outcome)}\n{story}");
    }
}
