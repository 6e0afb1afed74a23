using Microsoft.Coyote;
using Microsoft.Coyote.Logging;
using Microsoft.Coyote.SystematicTesting;
using Xunit.Abstractions;

namespace Deterministic.Concurrency.Tests.Exploring;

/// <summary>
/// Runs a test body under many schedules of its threads. The body says what is wrong by an exception, on any of its threads, or by
/// a deadlock: nothing in it knows Coyote. The seed is fixed, so that a failure comes again at the same schedule.
/// </summary>
internal static class Schedules
{
    /// <summary>What a failure says when threads wait for each other, or for a wake-up that was lost.</summary>
    internal const string Deadlock = "Deadlock detected";

    private const uint Seed = 4;
    private const uint StepsMax = 100_000;
    private const uint PriorityChanges = 10;
    private const uint ThreadStaysExponent = 3;

    // Milliseconds without a step until Coyote takes the test for hung. A deadlock of the test's threads is found at once; this is for
    // a thread that waits where Coyote does not see it, and long since it is measured by the wall clock.
    private const uint HungAfterMs = 60_000;

    /// <summary>Each strategy with each of these.</summary>
    internal static TheoryData<Strategy, T> Variants<T>(params T[] values)
    {
        var all = new TheoryData<Strategy, T>();
        foreach (var strategy in Enum.GetValues<Strategy>())
        {
            foreach (var value in values)
            {
                all.Add(strategy, value);
            }
        }

        return all;
    }

    /// <summary>Every schedule reaches the end of the body.</summary>
    internal static void AllPass(Strategy strategy, int schedules, ITestOutputHelper output, Action body)
    {
        var run = Run(strategy, schedules, body);
        output.WriteLine(run.Summary);
        Assert.True(run.Report.NumOfFoundBugs == 0, run.Summary);
        Assert.Equal(schedules, run.Ended);
    }

    /// <summary>One of the strategies finds a schedule that fails, and it says this.</summary>
    internal static void SomeFail(int schedulesMax, ITestOutputHelper output, string expected, Action body)
    {
        foreach (var strategy in Enum.GetValues<Strategy>())
        {
            var run = Run(strategy, schedulesMax, body);
            output.WriteLine(run.Summary);
            if (run.Report.NumOfFoundBugs > 0)
            {
                Assert.Contains(expected, run.Summary, StringComparison.Ordinal);
                return;
            }
        }

        Assert.Fail($"not found in {schedulesMax} schedules of each strategy: {expected}");
    }

    private static Explored Run(Strategy strategy, int schedules, Action body)
    {
        var ended = 0;
        using var engine = TestingEngine.Create(Settings(strategy).WithTestingIterations((uint)schedules), () =>
        {
            body();
            ended++;
        });
        using var log = new StringWriter();
        engine.SetLogger(new TextWriterLogger(log, VerbosityLevel.Warning));
        engine.Run();
        var report = engine.TestReport;
        Assert.True(engine.IsTestRewritten(), "the tests were not rewritten; build tests/Concurrency before it is run");
        Assert.Empty(report.InternalErrors);
        var uncontrolled = log.ToString().Split('\n').FirstOrDefault(line => line.Contains("not intercepted", StringComparison.Ordinal)
            && !line.Contains(ShardContext.Type, StringComparison.Ordinal));
        Assert.Null(uncontrolled);
        return new Explored(strategy, ended, report);
    }

    private static Configuration Settings(Strategy strategy)
    {
        var settings = Configuration.Create().WithTelemetryEnabled(false).WithVerbosityEnabled(VerbosityLevel.Warning)
            .WithRandomGeneratorSeed(Seed).WithMaxSchedulingSteps(StepsMax).WithFailureOnMaxStepsBoundEnabled().WithDeadlockTimeout(HungAfterMs)
            .WithPartiallyControlledDataNondeterminismAllowed(false).WithTraceAnalysisEnabled(false)
            .WithMemoryAccessRaceCheckingEnabled()

            // Every look at a field is a point where another thread may go on, also the one before a lock is taken. Asked to add points
            // of its own there, Coyote would deliver a monitor's pulse late, to threads that were not waiting yet.
            .WithLockAccessRaceCheckingEnabled(false);
        return strategy switch
        {
            Strategy.Random => settings.WithRandomStrategy(),
            Strategy.Prioritization => settings.WithPrioritizationStrategy(isFair: true, PriorityChanges),
            _ => settings.WithProbabilisticStrategy(ThreadStaysExponent),
        };
    }

    private sealed record Explored(Strategy Strategy, int Ended, TestReport Report)
    {
        internal string Summary =>
            $"{Strategy}, seed {Seed}: {Ended} schedules passed, {Report.NumOfFoundBugs} failed; "
            + $"up to {Report.MaxControlledOperations} threads and {Math.Max(Report.MaxExploredFairSteps, Report.MaxExploredUnfairSteps)} steps.\n"
            + string.Join('\n', Report.BugReports);
    }
}
