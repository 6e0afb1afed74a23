using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Deterministic.Runner.Determinism;
using Deterministic.Runner.Running;
using Deterministic.Simulator.Runs;

namespace Deterministic.Runner.Commands;

/// <summary><c>determinism</c>: each seed here and in a second process that is set otherwise; a mismatch names the first event in which they part.</summary>
internal sealed class DeterminismCommand
{
    private readonly Option<ulong> _from = new("--from") { Description = "The first seed", DefaultValueFactory = _ => 1 };
    private readonly Option<ulong> _seeds = new("--seeds") { Description = "So many seeds", DefaultValueFactory = _ => 10 };
    private readonly Option<int> _jobs = new("--jobs", "-j") { Description = "Threads of each process", DefaultValueFactory = _ => Environment.ProcessorCount };

    private DeterminismCommand()
    {
    }

    /// <summary>The command.</summary>
    public static Command Build(Actions actions)
    {
        var self = new DeterminismCommand();
        var command = new Command("determinism", "Run seeds twice, in two processes with other JIT and GC settings, and compare") { self._from, self._seeds, self._jobs };
        actions.Set(command, self.Run);
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken interrupt)
    {
        var clock = Stopwatch.StartNew();
        var (from, seeds, jobs) = (parsed.GetValue(_from), parsed.GetValue(_seeds), parsed.GetValue(_jobs));
        Console.WriteLine($"second process: {OtherProcess.Settings}");
        var mismatches = new DoubleRun(new ThisProcess(Simulation.Run, jobs), new OtherProcess(jobs)).Compare(from, seeds);
        foreach (var mismatch in mismatches)
        {
            Say(mismatch);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"determinism seeds={seeds} mismatches={mismatches.Count} wall={clock.Elapsed.TotalSeconds:F1}s commit={SourceVersion.Commit}"));
        return mismatches.Count == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    private static void Say(Mismatch mismatch)
    {
        var (here, there) = (mismatch.Here, mismatch.There);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"seed={here.Seed} mismatch here={here.Verdict},{here.Hash:x16},{here.Events} there={there.Verdict},{there.Hash:x16},{there.Events}"));
        Console.WriteLine(mismatch.IsNamed
            ? $"  first here:  {mismatch.EventHere ?? "(has ended)"}\n  first there: {mismatch.EventThere ?? "(has ended)"}"
            : "  the runs did not part again when every step was kept");
    }
}
