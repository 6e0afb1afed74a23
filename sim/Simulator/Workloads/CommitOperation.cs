namespace Deterministic.Simulator.Workloads;

/// <summary>A group's member commits where it is; part of a plan.</summary>
public sealed record CommitOperation : PlannedOperation;
