namespace Deterministic.Simulator.Workloads;

/// <summary>An administrator changes one key of a topic's configuration, or of all brokers'; part of a plan.</summary>
public sealed record AlterConfigOperation : PlannedOperation
{
    /// <summary>Position in <see cref="Workload.Topics"/>; null for all brokers. Of a topic only what its <see cref="PlannedTopic.Alterations"/> say.</summary>
    public int? Topic { get; init; }

    /// <summary>What changes.</summary>
    public required PlannedSetting Setting { get; init; }

    /// <summary>Whether it is only asked if it could be done.</summary>
    public bool ValidateOnly { get; init; }
}
