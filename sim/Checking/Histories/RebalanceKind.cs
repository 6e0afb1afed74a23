namespace Deterministic.Checking.Histories;

/// <summary>Which callback of the consumer ran; part of a <see cref="Rebalance"/>.</summary>
public enum RebalanceKind
{
    /// <summary>The member now owns the logs.</summary>
    Assigned,

    /// <summary>The member gave the logs up.</summary>
    Revoked,

    /// <summary>The member was thrown out and lost the logs.</summary>
    Lost,
}
