namespace Deterministic.Simulator.Workloads;

/// <summary>A client's process stands still; part of a plan. What it believed before may be wrong when it goes on: a zombie.</summary>
public sealed record PauseOperation : PlannedOperation
{
    /// <summary>How long, in milliseconds.</summary>
    public required int ForMs { get; init; }
}
