namespace Deterministic.Simulator.Runs;

/// <summary>What a run found: which invariant (or anomaly of the history), what was seen, when. Immutable.</summary>
public sealed record Violation(string Invariant, string Message, long AtUs, long Step);
