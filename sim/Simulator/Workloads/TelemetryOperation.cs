namespace Deterministic.Simulator.Workloads;

/// <summary>A client asks which metrics to push and pushes some, as it should and as it should not; part of a plan.</summary>
public sealed record TelemetryOperation : PlannedOperation
{
    /// <summary>Whether it goes on as the client instance that it was the time before.</summary>
    public bool StaysTheSame { get; init; }

    /// <summary>What it does besides.</summary>
    public TelemetryTrick Trick { get; init; }
}
