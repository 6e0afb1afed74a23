namespace Deterministic.Simulator.Workloads;

/// <summary>A client asks for what must be refused, and looks whether it is, and how; part of a plan.</summary>
public sealed record RefusedOperation : PlannedOperation
{
    /// <summary>What it asks for.</summary>
    public required RefusedRequest Request { get; init; }

    /// <summary>Which of the ways to ask for it, modulo how many there are.</summary>
    public int Variant { get; init; }
}
