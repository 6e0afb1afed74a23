using System.Globalization;
using Deterministic.Runner.Running;
using Deterministic.Runner.Traces;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Scenarios;

namespace Deterministic.Runner.Shrinking;

/// <summary>Shrinks a failing seed, writes its files and says so in lines for the terminal.</summary>
internal static class ShrinkReport
{
    private const int RunsMax = 20_000;

    /// <summary>The lines.</summary>
    public static string Of(Scenario scenario, Violation violation, TimeSpan timeMax, string folder, RunScenario run) =>
        Of(new Candidate { Scenario = scenario, ChoiceSeed = scenario.Seed }, violation, timeMax, folder, run);

    /// <summary>The lines.</summary>
    public static string Of(Candidate candidate, Violation violation, TimeSpan timeMax, string folder, RunScenario run)
    {
        var budget = new ShrinkBudget(RunsMax, timeMax);
        var seed = candidate.Scenario.Seed;
        if (Shrinker.Shrink(candidate, violation, budget, run) is not { } failure)
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"seed={seed} shrink=failed: the second run of the seed did not violate {violation.Invariant}; ./run sim determinism --from {seed} --seeds 1 says where they part");
        }

        var shrunk = failure.Candidate.Scenario;
        var operations = ScenarioParts.Elements(ScenarioParts.TreeOf(shrunk), ScenarioParts.Workload, 1).Count;
        var file = FailureFiles.Write(folder, failure, run);
        return string.Create(CultureInfo.InvariantCulture,
            $"seed={seed} shrunk invariant={violation.Invariant} faults={shrunk.Faults.Faults.Count} operations={operations} choices={failure.LoudChoices} events={failure.Result.Events} runs={budget.Runs} wall={budget.Elapsed.TotalSeconds:F1}s{Environment.NewLine}  {VerdictLine.ReplayOf(file)}");
    }
}
