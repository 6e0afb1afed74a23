using System.Diagnostics.CodeAnalysis;
using Deterministic.Kernel;
using Deterministic.Simulator.Choosing;
using Microsoft.Coyote;
using Microsoft.Coyote.Logging;
using Microsoft.Coyote.Runtime;
using Microsoft.Coyote.SystematicTesting;

namespace Deterministic.Simulator.Exploring;

/// <summary>
/// A batch of runs whose choices Coyote makes, one after the other, until one fails. The whole run is one operation to Coyote, on one
/// thread: it schedules nothing, it only chooses. Owned by who explores; what is learned ends with the batch.
/// <para>Coyote keeps every choice of a batch in memory, about 270 bytes each: make many small batches, with other seeds.</para>
/// </summary>
public sealed class CoyoteExploration
{
    // Milliseconds of the wall clock without a choice after which Coyote would take a run for hung. Runs are slow at times; none hangs.
    private const uint HungAfterMs = 24 * 3_600_000;

    // Coyote's word for: a run may make any number of choices. A limit would end a run early, and as passed.
    private const uint Unlimited = 0;

    private readonly Configuration _settings;
    private readonly int _runs;
    private int _passed;
    private Exception? _failure;
    private IReadOnlyList<int> _failedTrace = [];

    /// <summary>A batch of at most <paramref name="runs"/> runs; the same seed and body give the same runs.</summary>
    public CoyoteExploration(uint seed, Guidance guidance, int runs)
    {
        Check.That(runs > 0, $"{runs} runs are no batch");
        _runs = runs;
        var settings = Configuration.Create().WithTelemetryEnabled(false).WithRandomGeneratorSeed(seed)
            .WithTestingIterations((uint)runs).WithMaxSchedulingSteps(Unlimited).WithDeadlockTimeout(HungAfterMs)
            .WithTraceAnalysisEnabled(false).WithPartiallyControlledConcurrencyAllowed(false)
            .WithPartiallyControlledDataNondeterminismAllowed(false);
        _settings = guidance == Guidance.QLearning ? settings.WithQLearningStrategy() : settings.WithRandomStrategy();
    }

    /// <summary>Runs the batch, once. A body fails by throwing.</summary>
    /// <exception cref="InvariantException">Coyote ended a run by itself, so that nothing is known about it.</exception>
    public ExplorationReport Explore(Action<CoyoteChooser> body)
    {
        using var engine = TestingEngine.Create(_settings, (ICoyoteRuntime runtime) => RunOnce(runtime, body));
        engine.SetLogger(new TextWriterLogger(TextWriter.Null, VerbosityLevel.None));
        engine.Run();
        var report = engine.TestReport;
        var bugs = _failure is null ? 0 : 1;
        Check.That(
            report.NumOfFoundBugs == bugs && report.InternalErrors.Count == 0 && (bugs == 1 || _passed == _runs),
            $"Coyote ended a run: {_passed} of {_runs} reached their end, {string.Join('\n', report.BugReports)}");
        return new ExplorationReport(_passed, _failure, _failedTrace);
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever ends a run is what was looked for; Coyote gets it too, and ends the batch.")]
    private void RunOnce(ICoyoteRuntime runtime, Action<CoyoteChooser> body)
    {
        var chooser = new CoyoteChooser(runtime);
        try
        {
            body(chooser);
            _passed++;
        }
        catch (Exception e) when (e is not ThreadInterruptedException)
        {
            (_failure, _failedTrace) = (e, chooser.Trace);
            throw;
        }
    }
}
