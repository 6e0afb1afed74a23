using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Deterministic.Runner.Running;
using Deterministic.Runner.Shrinking;
using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Exploring;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Scenarios;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Runner.Commands;

/// <summary><c>explore</c>: the scenario of a seed several times, its choices made by Coyote, which learns from the states that it has seen.</summary>
internal sealed class ExploreCommand
{
    private const long SliceUs = 20_000;
    private readonly Option<ulong> _from = new("--from") { Description = "The first seed", DefaultValueFactory = _ => 1 };
    private readonly Option<ulong> _seeds = new("--seeds") { Description = "So many seeds", DefaultValueFactory = _ => 10 };
    private readonly Option<int> _runs = new("--runs") { Description = "Runs of each seed's scenario; Coyote keeps all their choices in memory", DefaultValueFactory = _ => 8 };
    private readonly Option<Guidance> _guidance = new("--guidance") { Description = "QLearning or Random", DefaultValueFactory = _ => Guidance.QLearning };
    private readonly ShrinkOptions _shrink = new();

    private ExploreCommand()
    {
    }

    /// <summary>The command.</summary>
    public static Command Build(Actions actions)
    {
        var self = new ExploreCommand();
        var command = new Command("explore", "Run scenarios with choices that Coyote makes, guided by what it has seen")
        {
            self._from, self._seeds, self._runs, self._guidance, self._shrink.Seconds, self._shrink.Folder,
        };
        actions.Set(command, self.Run);
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken interrupt)
    {
        var totals = new BatchTotals();
        var clock = Stopwatch.StartNew();
        var first = parsed.GetValue(_from);
        for (var seed = first; seed < first + parsed.GetValue(_seeds) && !interrupt.IsCancellationRequested; seed++)
        {
            Explore(parsed, seed, totals);
        }

        Console.WriteLine(totals.Line(clock.Elapsed));
        return totals.IsOk ? ExitCode.Success : ExitCode.Failure;
    }

    private void Explore(ParseResult parsed, ulong seed, BatchTotals totals)
    {
        var scenario = ScenarioGenerator.Draw(seed);
        var guidance = parsed.GetValue(_guidance);
        var run = 0;
        var trace = new List<int>();
        SeedOutcome? failed = null;
        new CoyoteExploration((uint)seed, guidance, parsed.GetValue(_runs)).Explore(chooser =>
        {
            trace = [];
            var outcome = SeedRun.Of(scenario, new DigitChooser(chooser), Observed(chooser) with { Trace = trace }, Simulation.Run);
            totals.Add(outcome);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{VerdictLine.Of(outcome)} guidance={guidance} run={++run}"));
            if (outcome.Verdict != Verdict.Ok)
            {
                failed = outcome;
                throw new RunnerException($"seed {seed} failed in run {run}");
            }
        });
        if (failed?.Violation is { } violation)
        {
            var candidate = new Candidate { Scenario = scenario, ChoiceSeed = seed, Trace = trace };
            Console.WriteLine(ShrinkReport.Of(candidate, violation, _shrink.TimeMax(parsed), parsed.GetValue(_shrink.Folder)!, Simulation.Run));
        }
    }

    // States are told apart by the slice of time, who acts, and what the brokers' lives are: learning needs many, and each seen seldom.
    private static RunSettings Observed(CoyoteChooser chooser)
    {
        World? world = null;
        chooser.Observe(() => world is null ? 0 : HashOf(world));
        return new RunSettings { AfterStep = seen => world = seen };
    }

    private static int HashOf(World world)
    {
        var hash = (ulong)(world.NowUs / SliceUs);
        foreach (var node in world.Nodes)
        {
            hash = SeededChooser.Mix(hash ^ (ulong)(node.Process?.Life ?? 0));
        }

        return (int)SeededChooser.Mix(hash ^ (ulong)world.Events % 64);
    }
}
