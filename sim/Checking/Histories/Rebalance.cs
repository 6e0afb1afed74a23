namespace Deterministic.Checking.Histories;

/// <summary>A rebalance callback that ran during an op; owned by it. Immutable.</summary>
public sealed record Rebalance(RebalanceKind Kind, IReadOnlyList<LogKey> Keys);
