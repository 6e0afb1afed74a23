namespace Deterministic.Simulator.Workloads;

/// <summary>A consumer reads exactly these partitions from now on; part of a plan. It leaves its group, if it is in one.</summary>
public sealed record AssignOperation : PlannedOperation
{
    /// <summary>Positions in <see cref="Workload.Topics"/>; all partitions of each.</summary>
    public required IReadOnlyList<int> Topics { get; init; }

    /// <summary>Only partitions whose number has this remainder modulo 2; null: all.</summary>
    public int? Half { get; init; }
}
