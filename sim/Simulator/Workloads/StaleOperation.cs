namespace Deterministic.Simulator.Workloads;

/// <summary>A member of a group says something in the generation before its own, which must be refused; part of a plan.</summary>
public sealed record StaleOperation : PlannedOperation;
