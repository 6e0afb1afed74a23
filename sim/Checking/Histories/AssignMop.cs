namespace Deterministic.Checking.Histories;

/// <summary>One log of an assignment or subscription; owned by its op.</summary>
public sealed record AssignMop(LogKey Key) : Mop;
