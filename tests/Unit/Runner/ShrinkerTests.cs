using Deterministic.Runner.Running;
using Deterministic.Runner.Shrinking;

namespace Deterministic.Runner.Tests;

public sealed class ShrinkerTests
{
    private const int ChoicesOfRun = 3000;

    [Fact]
    public void Two_faults_of_twelve_and_two_choices_of_thousands_remain()
    {
        var failure = Shrink(12, (scenario, chosen) =>
            scenario.Faults.Faults.Any(fault => fault.AtUs == 3) && scenario.Faults.Faults.Any(fault => fault.AtUs == 8)
            && chosen[40] != 0 && chosen[2001] != 0);
        Assert.Equal([3L, 8L], failure.Candidate.Scenario.Faults.Faults.Select(fault => fault.AtUs));
        Assert.Equal([40, 2001], Enumerable.Range(0, failure.Trace.Count).Where(i => failure.Trace[i] != 0));
        Assert.Empty(failure.Candidate.Scenario.Broker.Properties);
    }

    [Fact]
    public void A_setting_that_the_failure_needs_remains()
    {
        var failure = Shrink(3, (scenario, _) => scenario.Broker.Properties.ContainsKey("c~d") && scenario.Scheduler.WorkMax == 4);
        Assert.Equal(["c~d"], failure.Candidate.Scenario.Broker.Properties.Keys);
        Assert.Equal((4, 0), (failure.Candidate.Scenario.Scheduler.WorkMax, failure.Candidate.Scenario.Scheduler.SlackUs));
        Assert.Empty(failure.Trace);
        Assert.Empty(failure.Candidate.Scenario.Faults.Faults);
    }

    [Fact]
    public void Another_violation_is_not_taken_for_the_one_that_is_shrunk()
    {
        var failure = Shrinker.Shrink(SyntheticRun.ScenarioOf(faults: 6), SyntheticRun.Planted, Budget(), (scenario, chooser, settings) =>
        {
            var result = SyntheticRun.Run(scenario, chooser, settings, 5, (_, _) => true);
            return scenario.Faults.Faults.Count < 4 ? result with { Violation = SyntheticRun.Planted with { Invariant = "another" } } : result;
        });
        Assert.Equal(4, failure!.Candidate.Scenario.Faults.Faults.Count);
    }

    [Theory]
    [InlineData("broker-1 gave up: System.IO.IOException: disk 3\n at A", "broker-2 gave up: System.IO.IOException: disk 17\n at B", true)]
    [InlineData("broker-1 gave up: System.IO.IOException: x", "broker-1 gave up: System.NullReferenceException: x", false)]
    [InlineData("broker-1 gave up: System.IO.IOException: x", "client-1 gave up: System.IO.IOException: x", false)]
    [InlineData("offset 7 fell to 5", "offset 19 of another partition fell to 5", true)]
    public void Two_exceptions_are_one_failure_when_type_and_place_are_the_same(string one, string other, bool same) =>
        Assert.Equal(same, FailureSignature.Of(new("x", one, 0, 0)) == FailureSignature.Of(new("x", other, 1, 1)));

    [Fact]
    public void A_candidate_on_which_the_simulator_throws_does_not_count_as_failing()
    {
        var failure = Shrinker.Shrink(SyntheticRun.ScenarioOf(faults: 6), SyntheticRun.Planted, Budget(), (scenario, chooser, settings) =>
            scenario.Faults.Faults.Count < 2
                ? throw new InvalidOperationException("the simulator's own")
                : SyntheticRun.Run(scenario, chooser, settings, 5, (_, _) => true));
        Assert.Equal(2, failure!.Candidate.Scenario.Faults.Faults.Count);
    }

    [Fact]
    public void A_seed_that_does_not_fail_again_is_not_shrunk() =>
        Assert.Null(Shrinker.Shrink(SyntheticRun.ScenarioOf(), SyntheticRun.Planted, Budget(), (scenario, _, _) => SyntheticRun.ResultOf(scenario, null)));

    private static ShrinkBudget Budget() => new(5_000, TimeSpan.MaxValue);

    private static Failure Shrink(int faults, Func<Simulator.Scenarios.Scenario, int[], bool> fails)
    {
        RunScenario run = (scenario, chooser, settings) => SyntheticRun.Run(scenario, chooser, settings, ChoicesOfRun, fails);
        // The first seed that fails, as a batch would find it.
        var seed = Enumerable.Range(1, 100).Select(i => (ulong)i).First(seed =>
            !SeedRun.Of(SyntheticRun.ScenarioOf(seed, faults), Simulator.Scenarios.ScenarioGenerator.ChooserOf(seed), new(), run).Result!.IsOk);
        return Shrinker.Shrink(SyntheticRun.ScenarioOf(seed, faults), SyntheticRun.Planted, Budget(), run)!;
    }
}
