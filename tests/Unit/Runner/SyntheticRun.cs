using Deterministic.Checking.Histories;
using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Scenarios;
using Deterministic.Simulator.Workloads;

namespace Deterministic.Runner.Tests;

/// <summary>Stands for the simulator where a test needs a failure of which it knows all causes.</summary>
internal static class SyntheticRun
{
    public const string Invariant = "planted";

    public static Violation Planted { get; } = new(Invariant, "it was <planted> & found", 1_500_000, 12);

    public static Scenario ScenarioOf(ulong seed = 7, int faults = 0) => new()
    {
        Seed = seed,
        Broker = new BrokerPlan { Shards = 4, Properties = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["a/b"] = "1", ["c~d"] = "2" } },
        Scheduler = new SchedulerPlan { SlackUs = 500, WorkMax = 4 },
        Workload = new Workload(),
        Faults = new FaultPlan { Faults = [.. Enumerable.Range(0, faults).Select(i => new PlannedFault { Kind = FaultKind.Pause, AtUs = i, DurationUs = 10 })] },
        DurationUs = 1_000_000,
    };

    public static RunResult ResultOf(Scenario scenario, Violation? violation, long choices = 0) => new()
    {
        Scenario = scenario,
        Violation = violation,
        Hash = 0x0123456789abcdefUL,
        HashPoints = [],
        Events = 1200,
        Choices = choices,
        SimulatedUs = 2_000_000,
        ConvergedAfterUs = 0,
        Faults = new FaultCounts(),
        CrashPoints = new CrashPoints(),
        Marks = new SortedDictionary<string, long>(StringComparer.Ordinal),
        History = new History([]),
    };

    /// <summary>Draws that many choices out of 4, then asks whether what it sees fails.</summary>
    public static RunResult Run(Scenario scenario, IChooser chooser, RunSettings settings, int choices, Func<Scenario, int[], bool> fails)
    {
        var door = new Choices(chooser, settings.Trace);
        var chosen = Enumerable.Range(0, choices).Select(i => door.Next(4, i % 2 == 0 ? "even" : "odd")).ToArray();
        return ResultOf(scenario, fails(scenario, chosen) ? Planted : null, choices);
    }
}
