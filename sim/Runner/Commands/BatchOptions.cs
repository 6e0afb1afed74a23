using System.CommandLine;
using System.Diagnostics;
using Deterministic.Runner.Running;
using Deterministic.Simulator.Runs;

namespace Deterministic.Runner.Commands;

/// <summary>The options of commands that run many seeds, and the running of them. One instance for a command.</summary>
internal sealed class BatchOptions
{
    private const ulong DefaultSeeds = 200;
    private readonly Option<ulong?> _seed = new("--seed") { Description = "This seed alone" };
    private readonly Option<ulong?> _seeds = new("--seeds") { Description = $"So many seeds; {DefaultSeeds} without any of these options" };
    private readonly Option<ulong> _from = new("--from") { Description = "The first seed", DefaultValueFactory = _ => 1 };
    private readonly Option<double?> _minutes = new("--minutes") { Description = "Seeds for so long" };
    private readonly Option<int> _jobs = new("--jobs", "-j")
    {
        Description = "Threads; each runs seeds of its own, and no outcome depends on their number", DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    /// <summary>Gives the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _seed, _seeds, _from, _minutes, _jobs })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Runs the seeds that were asked for, handles each in the order of the seeds, and sums up; <paramref name="stop"/> ends it early.</summary>
    public (BatchTotals Totals, TimeSpan Wall) Run(ParseResult parsed, Action<SeedOutcome> handle, Func<bool> stop)
    {
        var (first, count) = Range(parsed);
        var deadline = parsed.GetValue(_minutes) is { } minutes ? TimeSpan.FromMinutes(minutes) : TimeSpan.MaxValue;
        var totals = new BatchTotals();
        var clock = Stopwatch.StartNew();
        using var progress = new Progress();
        var batch = new Batch(Simulation.Run, new RunSettings(), Math.Max(1, parsed.GetValue(_jobs)));
        batch.Run(first, count, () => clock.Elapsed > deadline || stop(), outcome =>
        {
            totals.Add(outcome);
            progress.Clear();
            handle(outcome);
            progress.Show(totals, count == ulong.MaxValue ? null : count);
        });
        return (totals, clock.Elapsed);
    }

    private (ulong First, ulong Count) Range(ParseResult parsed)
    {
        if (parsed.GetValue(_seed) is { } seed)
        {
            return (seed, 1);
        }

        var unbounded = parsed.GetValue(_minutes) is null ? DefaultSeeds : ulong.MaxValue;
        return (parsed.GetValue(_from), parsed.GetValue(_seeds) ?? unbounded);
    }
}
