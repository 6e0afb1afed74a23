using Deterministic.Runner.Determinism;
using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Picking;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Scenarios;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Runner.Tests;

public sealed class DoubleRunTests
{
    private const int Steps = 3 * RunHash.Interval + 100;
    private const int PlantedAt = RunHash.Interval + 1000;

    [Fact]
    public void Runs_that_are_the_same_do_not_differ() =>
        Assert.Empty(new DoubleRun(Side(Honest), Side(Honest)).Compare(1, 3));

    [Fact]
    public void The_first_event_is_named_when_another_actor_was_picked()
    {
        var mismatch = Assert.Single(new DoubleRun(Side(Honest), Side(chooser => new Planted(chooser))).Compare(4, 1));
        Assert.StartsWith($"step {PlantedAt} at ", mismatch.EventHere, StringComparison.Ordinal);
        Assert.StartsWith($"step {PlantedAt} at ", mismatch.EventThere, StringComparison.Ordinal);
        Assert.NotEqual(mismatch.EventHere!.Split(": ")[1], mismatch.EventThere!.Split(": ")[1]);
    }

    [Fact]
    public void The_first_event_is_named_when_only_what_it_left_behind_differs()
    {
        var there = new ThisProcess((scenario, chooser, settings) => Run(chooser, scenario, settings, world =>
        {
            if (world.Events == PlantedAt)
            {
                world.Hash.Add(1UL);
            }
        }), 1);
        var mismatch = Assert.Single(new DoubleRun(Side(Honest), there).Compare(4, 1));
        Assert.StartsWith($"step {PlantedAt} at ", mismatch.EventHere, StringComparison.Ordinal);
        Assert.Equal(mismatch.EventHere!.Split(": ")[1], mismatch.EventThere!.Split(": ")[1]);
    }

    [Fact]
    public void A_run_that_ends_earlier_parts_where_it_ends()
    {
        var there = new ThisProcess((scenario, chooser, settings) => Run(chooser, scenario, settings, world =>
        {
            if (world.Events == PlantedAt)
            {
                throw new ViolationException("planted", "on this side only");
            }
        }), 1);
        var mismatch = Assert.Single(new DoubleRun(Side(Honest), there).Compare(4, 1));
        Assert.StartsWith($"step {PlantedAt} at ", mismatch.EventHere, StringComparison.Ordinal);
        Assert.Equal("end: planted: on this side only", mismatch.EventThere);
    }

    [Fact]
    public void A_fingerprint_goes_between_processes_as_a_line()
    {
        var print = new Fingerprint(7, "liveness", 0xfeUL, 12, [1, 0xffffffffffffffff]);
        var read = Fingerprint.Parse(print.ToLine());
        Assert.Equal(print.ToLine(), read.ToLine());
        Assert.Equal(print.Points, read.Points);
    }

    private static IChooser Honest(IChooser chooser) => chooser;

    private static ThisProcess Side(Func<IChooser, IChooser> chooserOf) =>
        new((scenario, chooser, settings) => Run(chooserOf(chooser), scenario, settings, static _ => { }), 1);

    /// <summary>A small world: three actors that happen again and again.</summary>
    private static RunResult Run(IChooser chooser, Scenario scenario, RunSettings settings, Action<World> afterStep)
    {
        var world = new World(1, new Choices(chooser), new UniformPicker(10)) { Log = settings.Log };
        foreach (var name in new[] { "a", "b", "c" })
        {
            var happenings = world.AddHappenings(name);
            void Again() => happenings.After(1, Again);
            Again();
        }

        Violation? violation = null;
        world.AfterStep = () =>
        {
            afterStep(world);
            settings.AfterStep?.Invoke(world);
        };
        try
        {
            world.RunUntil(() => world.Events >= Steps, long.MaxValue);
        }
        catch (ViolationException e)
        {
            violation = new Violation(e.Invariant, e.Message, world.NowUs, world.Events);
        }

        return SyntheticRun.ResultOf(scenario, violation) with { Hash = world.Hash.Value, HashPoints = world.Hash.Points, Events = world.Events };
    }

    /// <summary>Chooses otherwise once: what a set that is ordered by addresses would do.</summary>
    private sealed class Planted(IChooser inner) : IChooser
    {
        private int _count;

        public int Next(int bound, string tag)
        {
            var choice = inner.Next(bound, tag);
            return ++_count == PlantedAt ? (choice + 1) % bound : choice;
        }
    }
}
