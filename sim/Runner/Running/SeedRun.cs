using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Scenarios;

namespace Deterministic.Runner.Running;

/// <summary>Runs a seed from the drawing of its scenario to its outcome. Whatever the simulator throws becomes an outcome too.</summary>
internal static class SeedRun
{
    /// <summary>The run of a seed as everybody runs it.</summary>
    public static SeedOutcome Of(ulong seed, RunSettings settings, RunScenario run) =>
        Timed(seed, () => run(ScenarioGenerator.Draw(seed), ScenarioGenerator.ChooserOf(seed), settings));

    /// <summary>The run of a scenario that was drawn or shrunk before.</summary>
    public static SeedOutcome Of(Scenario scenario, IChooser chooser, RunSettings settings, RunScenario run) =>
        Timed(scenario.Seed, () => run(scenario, chooser, settings));

    [SuppressMessage("Design", "CA1031", Justification = "Whatever it is, it belongs to this seed: it is told as verdict=error, and the other seeds go on.")]
    private static SeedOutcome Timed(ulong seed, Func<RunResult> run)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            var result = run();
            return new SeedOutcome { Seed = seed, Result = result, Wall = clock.Elapsed };
        }
        catch (Exception e)
        {
            return new SeedOutcome { Seed = seed, Error = e, Wall = clock.Elapsed };
        }
    }
}
