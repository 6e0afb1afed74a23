namespace Deterministic.Simulator.Workloads;

/// <summary>A consumer reads nothing any more; a dynamic member leaves its group. Part of a plan.</summary>
public sealed record LeaveOperation : PlannedOperation;
