using Deterministic.Checking.Histories;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Scenarios;

namespace Deterministic.Simulator.Runs;

/// <summary>What came of a run. Immutable.</summary>
public sealed record RunResult
{
    /// <summary>What was run.</summary>
    public required Scenario Scenario { get; init; }

    /// <summary>The first thing that must not be, or null when all was well.</summary>
    public Violation? Violation { get; init; }

    /// <summary>The rolling hash at the end.</summary>
    public required ulong Hash { get; init; }

    /// <summary>The rolling hash at every <see cref="Worlds.RunHash.Interval"/>th step.</summary>
    public required IReadOnlyList<ulong> HashPoints { get; init; }

    /// <summary>Steps of the world.</summary>
    public required long Events { get; init; }

    /// <summary>Choices made.</summary>
    public required long Choices { get; init; }

    /// <summary>World time at the end, in microseconds.</summary>
    public required long SimulatedUs { get; init; }

    /// <summary>World time that the brokers needed after the heal to converge, in microseconds; 0 when it did not come to that.</summary>
    public required long ConvergedAfterUs { get; init; }

    /// <summary>How often each fault took effect.</summary>
    public required FaultCounts Faults { get; init; }

    /// <summary>The crash points that were reached, and those at which a process ended.</summary>
    public required CrashPoints CrashPoints { get; init; }

    /// <summary>The marks that were hit, with how often.</summary>
    public required IReadOnlyDictionary<string, long> Marks { get; init; }

    /// <summary>What the clients did and saw.</summary>
    public required History History { get; init; }

    /// <summary>Whether all was well.</summary>
    public bool IsOk => Violation is null;
}
