using System.CommandLine;
using System.Text.Json;
using Deterministic.Runner.Drawing;
using Deterministic.Runner.Running;
using Deterministic.Runner.Traces;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Runner.Commands;

/// <summary><c>replay</c>: a seed or a trace file once more, told in full.</summary>
internal sealed class ReplayCommand
{
    private const int LinesDefault = 60;
    private readonly Option<ulong?> _seed = new("--seed") { Description = "A seed" };
    private readonly Option<string?> _file = new("--file") { Description = "A trace file" };
    private readonly Option<string?> _page = new("--page") { Description = "Draw the run as an HTML page into this file" };
    private readonly Option<int> _lines = new("--lines") { Description = "Last lines of the story to print", DefaultValueFactory = _ => LinesDefault };

    private ReplayCommand()
    {
    }

    /// <summary>The command.</summary>
    public static Command Build(Actions actions)
    {
        var self = new ReplayCommand();
        var command = new Command("replay", "Run a seed or a trace file again and tell what happened")
        {
            self._seed, self._file, self._page, self._lines,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(self._seed) is null == result.GetValue(self._file) is null)
            {
                result.AddError("replay needs either --seed N or --file trace.json.");
            }
        });
        actions.Set(command, self.Run);
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken interrupt)
    {
        var log = new EventLog();
        var settings = new RunSettings { Log = log };
        var file = parsed.GetValue(_file);
        var outcome = file is null ? SeedRun.Of(parsed.GetValue(_seed)!.Value, settings, Simulation.Run) : OfFile(file, settings);
        Story.Print(Console.Out, log, parsed.GetValue(_lines));
        Story.PrintEnd(Console.Out, outcome);
        if (parsed.GetValue(_page) is { } page && outcome.Result is { } result)
        {
            File.WriteAllText(page, FailurePage.Of(result, log, file is null ? VerdictLine.ReplayOf(outcome.Seed) : VerdictLine.ReplayOf(file)));
        }

        Console.WriteLine(VerdictLine.Of(outcome));
        return outcome.Verdict == Verdict.Ok ? ExitCode.Success : ExitCode.Failure;
    }

    private static SeedOutcome OfFile(string file, RunSettings settings)
    {
        try
        {
            var trace = TraceFile.Parse(File.ReadAllText(file));
            Console.WriteLine($"recorded on commit {trace.Commit} with {trace.Expected.Invariant}: {trace.Expected.Message}");
            return SeedRun.Of(trace.Parsed, trace.Chooser, settings, Simulation.Run);
        }
        catch (JsonException e)
        {
            throw new RunnerException($"{file} is no trace file of this version: {e.Message}", e);
        }
    }
}
