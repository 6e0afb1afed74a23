namespace Deterministic.Simulator.Workloads;

/// <summary>A producer sends batches and waits for what becomes of each; part of a plan.</summary>
public sealed record SendOperation : PlannedOperation
{
    /// <summary>In the order of sending; those of one partition must be appended in that order.</summary>
    public required IReadOnlyList<PlannedBatch> Batches { get; init; }
}
