using System.CommandLine;
using Deterministic.Runner.Running;
using Deterministic.Runner.Shrinking;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Scenarios;

namespace Deterministic.Runner.Commands;

/// <summary><c>shrink</c>: makes a failing seed small and writes its trace file, test and page.</summary>
internal sealed class ShrinkCommand
{
    private readonly Option<ulong> _seed = new("--seed") { Description = "A seed that fails", Required = true };
    private readonly ShrinkOptions _shrink = new();

    private ShrinkCommand()
    {
    }

    /// <summary>The command.</summary>
    public static Command Build(Actions actions)
    {
        var self = new ShrinkCommand();
        var command = new Command("shrink", "Make a failing seed small; writes a trace file, a test and a page")
        {
            self._seed, self._shrink.Seconds, self._shrink.Folder,
        };
        actions.Set(command, self.Run);
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken interrupt)
    {
        var seed = parsed.GetValue(_seed);
        var outcome = SeedRun.Of(seed, new RunSettings(), Simulation.Run);
        Console.WriteLine(VerdictLine.Of(outcome));
        if (outcome.Violation is not { } violation)
        {
            throw new RunnerException($"seed {seed} does not fail; there is nothing to shrink");
        }

        Console.WriteLine(ShrinkReport.Of(
            ScenarioGenerator.Draw(seed), violation, _shrink.TimeMax(parsed), parsed.GetValue(_shrink.Folder)!, Simulation.Run));
        return ExitCode.Failure;
    }
}
