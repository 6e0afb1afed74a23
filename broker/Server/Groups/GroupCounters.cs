namespace Deterministic.Server.Groups;

/// <summary>What a group coordinator has done since it started. Owned by its shard.</summary>
public sealed class GroupCounters
{
    /// <summary>Rebalances of classic groups that came to an assignment.</summary>
    public long CompletedRebalances { get; internal set; }

    /// <summary>Offsets that were committed, outside of transactions.</summary>
    public long CommittedOffsets { get; internal set; }
}
