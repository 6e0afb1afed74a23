namespace Deterministic.Checking;

/// <summary>How often a verdict found a name in a class, listed or not.</summary>
public readonly record struct AnomalyCount(string Name, AnomalyClass Class, int Count);
