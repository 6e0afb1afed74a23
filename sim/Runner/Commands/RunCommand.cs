using System.CommandLine;
using Deterministic.Runner.Reports;
using Deterministic.Runner.Running;
using Deterministic.Runner.Shrinking;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Scenarios;

namespace Deterministic.Runner.Commands;

/// <summary><c>run</c>: seeds in bulk, a verdict line for each in the order of the seeds, failures made small, and a last line that sums up.</summary>
internal sealed class RunCommand
{
    private const int ShrinkMaxDefault = 5;
    private readonly BatchOptions _batch = new();
    private readonly ShrinkOptions _shrink = new();
    private readonly Option<bool> _untilFailure = new("--until-failure") { Description = "Stop at the first seed that fails" };
    private readonly Option<string?> _report = new("--report") { Description = "Write what the seeds reached into this folder, with plots" };
    private readonly Option<int> _shrinkMax = new("--shrink-max")
    {
        Description = "Failures that are shrunk, those of different invariants first; 0 for none", DefaultValueFactory = _ => ShrinkMaxDefault,
    };

    private RunCommand()
    {
    }

    /// <summary>The command.</summary>
    public static Command Build(Actions actions)
    {
        var self = new RunCommand();
        var command = new Command("run", "Run seeds; a verdict line for each, in the order of the seeds");
        self._batch.AddTo(command);
        foreach (var option in new Option[] { self._untilFailure, self._report, self._shrinkMax, self._shrink.Seconds, self._shrink.Folder })
        {
            command.Options.Add(option);
        }

        actions.Set(command, self.Run);
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken interrupt)
    {
        var failures = new List<(ulong Seed, Violation Violation)>();
        var coverage = new Coverage();
        var (totals, wall) = _batch.Run(parsed, outcome =>
        {
            Say(outcome);
            coverage.Add(outcome);
            if (outcome.Violation is { } violation)
            {
                failures.Add((outcome.Seed, violation));
            }
        }, () => interrupt.IsCancellationRequested || (parsed.GetValue(_untilFailure) && failures.Count > 0));
        var line = totals.Line(wall);
        if (parsed.GetValue(_report) is { } folder)
        {
            CorrectnessReport.Write(folder, ReportHeader.Of(coverage), totals, coverage);
        }

        Shrink(parsed, failures, interrupt);
        Console.WriteLine(line);
        return totals.IsOk ? ExitCode.Success : ExitCode.Failure;
    }

    private void Shrink(ParseResult parsed, List<(ulong Seed, Violation Violation)> failures, CancellationToken interrupt)
    {
        var chosen = failures.GroupBy(failure => failure.Violation.Invariant, StringComparer.Ordinal)
            .SelectMany(group => group.Select((failure, rank) => (failure.Seed, failure.Violation, Rank: rank)))
            .OrderBy(failure => failure.Rank).ThenBy(failure => failure.Seed).Take(parsed.GetValue(_shrinkMax));
        foreach (var (seed, violation, _) in chosen.TakeWhile(_ => !interrupt.IsCancellationRequested))
        {
            Console.WriteLine(ShrinkReport.Of(
                ScenarioGenerator.Draw(seed), violation, _shrink.TimeMax(parsed), parsed.GetValue(_shrink.Folder)!, Simulation.Run));
        }
    }

    private static void Say(SeedOutcome outcome)
    {
        Console.WriteLine(VerdictLine.Of(outcome));
        if (outcome.Verdict != Verdict.Ok)
        {
            Console.WriteLine($"  {VerdictLine.ReplayOf(outcome.Seed)}");
        }
    }
}
