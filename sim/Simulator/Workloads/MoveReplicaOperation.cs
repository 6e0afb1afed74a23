namespace Deterministic.Simulator.Workloads;

/// <summary>An administrator has a partition moved to another log directory; part of a plan.</summary>
public sealed record MoveReplicaOperation : PlannedOperation
{
    /// <summary>Position in <see cref="Workload.Topics"/>.</summary>
    public required int Topic { get; init; }

    /// <summary>The partition, modulo how many there are.</summary>
    public int Partition { get; init; }

    /// <summary>Position in the broker's <c>log.dirs</c>; asking for where it is cancels a move.</summary>
    public int Directory { get; init; }
}
