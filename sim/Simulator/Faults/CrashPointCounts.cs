namespace Deterministic.Simulator.Faults;

/// <summary>
/// How often a crash point was reached in a run, and how often a process was made to end there, before or after the effect of
/// the call. <paramref name="Id"/> is operation, kind of what it is done to, and phase: <c>write .log serving</c>.
/// </summary>
public readonly record struct CrashPointCounts(string Id, long Reached, long CrashedBefore, long CrashedAfter);
