using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Faults;

/// <summary>An order to end a process at one of the crash points that it will reach.</summary>
public sealed record CrashOrder
{
    /// <summary>The name of the node; null for whichever gets there.</summary>
    public string? Node { get; init; }

    /// <summary>The id of the point (<see cref="CrashPointCounts.Id"/>); null for any.</summary>
    public string? PointId { get; init; }

    /// <summary>At the how-manyth of the points that match, from 1.</summary>
    public int Nth { get; init; } = 1;

    /// <summary>Whether the call has its effect first.</summary>
    public bool IsAfterEffect { get; init; }

    /// <summary>The way to end.</summary>
    public ProcessEnd End { get; init; } = ProcessEnd.Kill;
}
