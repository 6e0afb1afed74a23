using Deterministic.Runner.Running;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Scenarios;

namespace Deterministic.Runner.Shrinking;

/// <summary>
/// From a seed that fails to the smallest run that fails in the same way: fewer faults, fewer operations, plain settings, fewer
/// choices. Deterministic but for the real time that it may take.
/// </summary>
internal static class Shrinker
{
    /// <summary>The smallest failing run that the budget allowed for, or null when the scenario does not fail like that.</summary>
    public static Failure? Shrink(Scenario scenario, Violation expected, ShrinkBudget budget, RunScenario run) =>
        Shrink(new Candidate { Scenario = scenario, ChoiceSeed = scenario.Seed }, expected, budget, run);

    /// <summary>The smallest failing run that the budget allowed for, or null when the candidate does not fail like that.</summary>
    public static Failure? Shrink(Candidate candidate, Violation expected, ShrinkBudget budget, RunScenario run)
    {
        var test = new FailureTest(run, expected, budget);
        if (test.Try(candidate) is not { } best)
        {
            return null;
        }

        var scenarios = new ScenarioShrinker(test);
        var choices = new ChoiceShrinker(test);
        best = scenarios.Shrink(best);
        best = choices.ShrinkTags(best);
        best = choices.ShrinkTrace(best);
        var size = int.MaxValue;
        while (!test.IsOver && SizeOf(best) < size)
        {
            size = SizeOf(best);
            best = scenarios.MakePlain(scenarios.Shrink(best));
            best = choices.ShrinkTrace(best);
        }

        return best;
    }

    private static int SizeOf(Failure failure) => failure.LoudChoices + failure.Candidate.Scenario.ToJson().Length;
}
