namespace Deterministic.Simulator.Workloads;

/// <summary>A client commits an offset in a group of its own, without being a member, and deletes it or the group; part of a plan.</summary>
public sealed record OwnGroupOperation : PlannedOperation
{
    /// <summary>What the names of such groups begin with.</summary>
    public const string Prefix = "own-";

    /// <summary>Position in <see cref="Workload.Topics"/>.</summary>
    public required int Topic { get; init; }

    /// <summary>Whether it deletes the offset rather than the group.</summary>
    public bool DeletesOffsets { get; init; }
}
