namespace Deterministic.Simulator.Workloads;

/// <summary>An administrator creates a topic; part of a plan. That it exists already is fine.</summary>
public sealed record CreateTopicOperation : PlannedOperation
{
    /// <summary>Position in <see cref="Workload.Topics"/>.</summary>
    public required int Topic { get; init; }
}
