using System.Globalization;
using Deterministic.Runner.Running;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Runner.Determinism;

/// <summary>Runs seeds here, on so many threads.</summary>
internal sealed class ThisProcess(RunScenario run, int jobs) : IRunSide
{
    /// <inheritdoc/>
    public IReadOnlyList<Fingerprint> Run(ulong first, ulong count)
    {
        var prints = new List<Fingerprint>();
        new Batch(run, new RunSettings(), jobs).Run(first, count, static () => false, outcome => prints.Add(Fingerprint.Of(outcome)));
        return prints;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Steps(ulong seed, long firstStep, long lastStep)
    {
        var log = new EventLog { DetailedSteps = (firstStep, lastStep) };
        var hashes = new List<(long Step, long AtUs, ulong Hash)>();
        var outcome = SeedRun.Of(seed, new RunSettings
        {
            Log = log,
            AfterStep = world =>
            {
                if (world.Events >= firstStep && world.Events <= lastStep)
                {
                    hashes.Add((world.Events, world.NowUs, world.Hash.Value));
                }
            },
        }, run);
        var told = log.Lines.Where(line => line.Step >= firstStep && line.Step <= lastStep).ToLookup(line => line.Step);
        var steps = hashes.Select(step => TextOf(step, told[step.Step])).ToList();
        steps.Add($"end: {(outcome.Error is { } error ? error.ToString() : VerdictOf(outcome))}".ReplaceLineEndings(" "));
        return steps;
    }

    private static string VerdictOf(SeedOutcome outcome) =>
        outcome.Violation is { } violation ? $"{violation.Invariant}: {violation.Message}" : "ok";

    private static string TextOf((long Step, long AtUs, ulong Hash) step, IEnumerable<EventLogLine> lines) =>
        string.Create(CultureInfo.InvariantCulture,
            $"step {step.Step} at {step.AtUs / 1e6:F6} s, state {step.Hash:x16}: {string.Join("; ", lines.Select(line => $"{line.Who} {line.Text}"))}").ReplaceLineEndings(" ");
}
