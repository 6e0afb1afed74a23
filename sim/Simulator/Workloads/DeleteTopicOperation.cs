namespace Deterministic.Simulator.Workloads;

/// <summary>An administrator deletes a topic; part of a plan. Only topics that <see cref="PlannedTopic.MayBeDeleted"/> says so of.</summary>
public sealed record DeleteTopicOperation : PlannedOperation
{
    /// <summary>Position in <see cref="Workload.Topics"/>.</summary>
    public required int Topic { get; init; }
}
