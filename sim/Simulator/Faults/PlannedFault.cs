using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Faults;

/// <summary>One fault of a plan. Data: drawn before the run, so that a shrinker can take it out.</summary>
public sealed record PlannedFault
{
    /// <summary>What happens.</summary>
    public required FaultKind Kind { get; init; }

    /// <summary>When, in microseconds after the brokers first served.</summary>
    public required long AtUs { get; init; }

    /// <summary>How long it lasts, in microseconds; for a crash, how long the node stays down.</summary>
    public long DurationUs { get; init; }

    /// <summary>How much: what it means depends on the kind (a factor, odds out of 1000, parts per million, a count of crash points).</summary>
    public int Amount { get; init; }

    /// <summary>The id of the crash point at which a process is to end, for crashes at one; null: at any, or at once.</summary>
    public string? Point { get; init; }

    /// <summary>How the process ends, for kinds that end one.</summary>
    public ProcessEnd End { get; init; } = ProcessEnd.Kill;
}
