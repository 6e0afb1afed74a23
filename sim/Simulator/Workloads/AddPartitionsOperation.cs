namespace Deterministic.Simulator.Workloads;

/// <summary>An administrator gives a topic more partitions, up to its <see cref="PlannedTopic.PartitionsMax"/>; part of a plan.</summary>
public sealed record AddPartitionsOperation : PlannedOperation
{
    /// <summary>Position in <see cref="Workload.Topics"/>.</summary>
    public required int Topic { get; init; }

    /// <summary>How many more than it is known to have.</summary>
    public int More { get; init; } = 1;

    /// <summary>Whether it is only asked if it could be done.</summary>
    public bool ValidateOnly { get; init; }
}
