using System.Text.RegularExpressions;
using Deterministic.Runner.Running;
using Deterministic.Simulator.Faults;

namespace Deterministic.Runner.Tests;

public sealed partial class VerdictLineTests
{
    private static readonly TimeSpan s_wall = TimeSpan.FromMilliseconds(500);

    [Fact]
    public void A_seed_without_a_finding_has_one_line()
    {
        var result = SyntheticRun.ResultOf(SyntheticRun.ScenarioOf(), null);
        result.Faults.Add(FaultKind.Pause);
        result.Faults.Add(FaultKind.BitRot);
        result.Faults.Add(FaultKind.BitRot);
        Assert.Equal(
            "seed=7 verdict=ok hash=0123456789abcdef events=1200 events/s=2400 sim=2.0s wall=0.50s ratio=4 faults=3[Pause:1,BitRot:2]",
            VerdictLine.Of(new SeedOutcome { Seed = 7, Result = result, Wall = s_wall }));
    }

    [Fact]
    public void A_failure_names_invariant_and_commit()
    {
        var line = VerdictLine.Of(new SeedOutcome { Seed = 7, Result = SyntheticRun.ResultOf(SyntheticRun.ScenarioOf(), SyntheticRun.Planted), Wall = s_wall });
        Assert.Matches(Failing(), line);
        Assert.Equal("./run sim replay --seed 7", VerdictLine.ReplayOf(7));
    }

    [Fact]
    public void What_the_simulator_throws_is_an_error_and_never_well()
    {
        var outcome = SeedRun.Of(SyntheticRun.ScenarioOf(), Simulator.Scenarios.ScenarioGenerator.ChooserOf(7), new(), (_, _, _) => throw new InvalidOperationException("a\n\"b\""));
        Assert.Equal(Verdict.Error, outcome.Verdict);
        Assert.EndsWith("error=\"InvalidOperationException: a 'b'\"", VerdictLine.Of(outcome), StringComparison.Ordinal);
        var totals = new BatchTotals();
        totals.Add(outcome);
        Assert.False(totals.IsOk);
    }

    [Fact]
    public void A_batch_without_seeds_is_no_success() => Assert.False(new BatchTotals().IsOk);

    [GeneratedRegex(@"^seed=7 verdict=fail hash=\w{16} events=1200 events/s=2400 sim=2\.0s wall=0\.50s ratio=4 faults=0 invariant=planted commit=\w+$", RegexOptions.None, 1000)]
    private static partial Regex Failing();
}
