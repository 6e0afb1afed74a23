namespace Deterministic.Checking.Histories;

/// <summary>A micro-operation: one step of an <see cref="Op"/>, owned by it. Immutable.</summary>
public abstract record Mop;
