namespace Deterministic.Server.Groups;

/// <summary>How far a coordinator is with a partition of <c>__consumer_offsets</c>.</summary>
public enum GroupPartitionState
{
    /// <summary>Its log is being read: COORDINATOR_LOAD_IN_PROGRESS.</summary>
    Loading,

    /// <summary>Its groups are served.</summary>
    Active,

    /// <summary>It went away: NOT_COORDINATOR.</summary>
    Closed,
}
