using System.CommandLine;
using Deterministic.Runner.Mutants;
using Deterministic.Runner.Reports;
using Deterministic.Runner.Running;

namespace Deterministic.Runner.Commands;

/// <summary><c>mutants</c>: puts historic bugs into copies of our code, one at a time, and shows how soon seeds find each.</summary>
internal sealed class MutantsCommand
{
    private readonly Option<string[]> _only = new("--only") { Description = "Mutants whose name contains one of these", AllowMultipleArgumentsPerToken = true };
    private readonly Option<int> _jobs = new("--jobs", "-j")
    {
        Description = "Mutants at the same time, each with its own copy and one thread for its seeds", DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private readonly Option<long> _seedsMax = new("--seeds-max") { Description = "Seeds before a mutant counts as survivor", DefaultValueFactory = _ => 1000 };
    private readonly Option<double> _secondsMax = new("--seconds-max") { Description = "Seconds of seeds before a mutant counts as survivor", DefaultValueFactory = _ => 120 };
    private readonly Option<string> _report = new("--report") { Description = "Folder for the table", DefaultValueFactory = _ => "reports/correctness" };

    private MutantsCommand()
    {
    }

    /// <summary>The command.</summary>
    public static Command Build(Actions actions)
    {
        var self = new MutantsCommand();
        var command = new Command("mutants", "Build each patch of sim/Mutants in a scratch copy and run seeds until one fails")
        {
            self._only, self._jobs, self._seedsMax, self._secondsMax, self._report,
        };
        actions.Set(command, self.Run);
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken interrupt)
    {
        var root = SourceTree.Root();
        var only = parsed.GetValue(_only) ?? [];
        var mutants = Directory.GetFiles(Path.Combine(root, "sim", "Mutants"), "*.patch").Order(StringComparer.Ordinal)
            .Select(path => Mutant.Parse(path, File.ReadAllText(path)))
            .Where(mutant => only.Length == 0 || only.Any(part => mutant.Name.Contains(part, StringComparison.Ordinal))).ToArray();
        if (mutants.Length == 0)
        {
            throw new RunnerException($"sim/Mutants holds no patch whose name contains one of '{string.Join("', '", only)}'");
        }

        var outcomes = TryAll(parsed, root, mutants, interrupt);
        MutantTable.Print(outcomes);
        MutantTable.Write(parsed.GetValue(_report)!, ReportHeader.Of($"1 to {parsed.GetValue(_seedsMax)} at most"), outcomes);
        Console.WriteLine(MutantTable.Line(outcomes));
        return outcomes.All(outcome => outcome.State == "found") && outcomes.Count == mutants.Length ? ExitCode.Success : ExitCode.Failure;
    }

    private List<MutantOutcome> TryAll(ParseResult parsed, string root, Mutant[] mutants, CancellationToken interrupt)
    {
        var outcomes = new List<MutantOutcome>();
        var gate = new Lock();
        var next = -1;
        void Work()
        {
            using var copy = new ScratchCopy(root);
            var trial = new MutantTrial(copy, parsed.GetValue(_seedsMax), parsed.GetValue(_secondsMax));
            while (!interrupt.IsCancellationRequested && Interlocked.Increment(ref next) is var i && i < mutants.Length)
            {
                var outcome = trial.Try(mutants[i]);
                lock (gate)
                {
                    outcomes.Add(outcome);
                    Console.Error.WriteLine($"{outcome.Mutant.Name} {outcome.State} seeds={outcome.Seeds} {outcome.Error ?? outcome.Invariant}");
                }
            }
        }

        var threads = Enumerable.Range(0, Math.Clamp(parsed.GetValue(_jobs), 1, mutants.Length)).Select(_ => new Thread(Work)).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return [.. outcomes.OrderBy(outcome => outcome.Mutant.Name, StringComparer.Ordinal)];
    }
}
