using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Scenarios;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Tests.Faults;

public sealed class KnownCrashPointsTests
{
    [Fact]
    public void They_are_sorted_and_of_every_phase()
    {
        var all = KnownCrashPoints.All;
        Assert.Equal(all.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), all);
        foreach (var phase in Enum.GetNames<ProcessPhase>())
        {
            Assert.Contains(all, id => id.EndsWith($" {phase.ToLowerInvariant()}", StringComparison.Ordinal));
        }
    }

    /// <summary>What brokers reach in some seeds is in the list: otherwise nothing would ever crash there on purpose.</summary>
    [Fact]
    public void What_brokers_reach_is_in_the_list()
    {
        var reached = new SortedSet<string>(StringComparer.Ordinal);
        for (var seed = 1UL; seed <= 20; seed++)
        {
            reached.UnionWith(Simulation.Run(seed, new RunSettings()).CrashPoints.Counts.Select(point => point.Id));
        }

        Assert.Empty(reached.Except(KnownCrashPoints.All, StringComparer.Ordinal));
        Assert.True(reached.Count > 100, $"{reached.Count} crash points were reached");
    }

    [Fact]
    public void A_broker_that_dies_in_its_first_start_comes_up_later()
    {
        foreach (var point in (string[])["rename meta.properties starting", "write quorum-state.tmp starting", "sync-directory directory starting"])
        {
            var scenario = ScenarioGenerator.Draw(7) with
            {
                Faults = new FaultPlan { FirstStart = [new CrashOrder { PointId = point, End = ProcessEnd.PowerLoss }] },
            };

            var result = Simulation.Run(scenario, new SeededChooser(7), new RunSettings());

            Assert.Null(result.Violation);
            Assert.Equal(1, result.CrashPoints.Counts.Single(counts => counts.Id == point).CrashedBefore);
        }
    }

    [Theory]
    [InlineData("flush leader-epoch-checkpoint.tmp starting")]
    [InlineData("write .kafka_cleanshutdown.tmp stopping")]
    [InlineData("begin-flush .log serving")]
    public void A_planned_crash_at_a_point_sees_to_it_that_it_is_reached(string point)
    {
        var scenario = ScenarioGenerator.Draw(9) with
        {
            Faults = new FaultPlan
            {
                Faults = [new PlannedFault { Kind = FaultKind.ProcessCrash, AtUs = 1000, DurationUs = 1000, Amount = 1, Point = point, End = ProcessEnd.Kill }],
            },
        };

        var result = Simulation.Run(scenario, new SeededChooser(9), new RunSettings());

        Assert.Null(result.Violation);
        var counts = result.CrashPoints.Counts.Single(counts => counts.Id == point);
        Assert.Equal(1, counts.CrashedBefore + counts.CrashedAfter);
    }
}
