namespace Deterministic.Server.Groups;

/// <summary>
/// States of a classic group and how it moves between them:
/// <code>
/// Empty               -> PreparingRebalance (a member joins), Dead (deleted, expired, unloaded)
/// PreparingRebalance  -> CompletingRebalance (all joined or time is up), Empty (nobody is left), Dead
/// CompletingRebalance -> Stable (the leader's assignment is durable), PreparingRebalance (join, leave, failure), Dead
/// Stable              -> PreparingRebalance (join, leave, failure, changed metadata, leader joins again), Dead
/// Dead                -> none
/// </code>
/// </summary>
public enum ClassicGroupState
{
    /// <summary>No members; perhaps committed offsets.</summary>
    Empty,

    /// <summary>Waits for the members to join again.</summary>
    PreparingRebalance,

    /// <summary>Members know the generation; waits for the leader's assignment.</summary>
    CompletingRebalance,

    /// <summary>Every member may have its assignment.</summary>
    Stable,

    /// <summary>Gone from this coordinator.</summary>
    Dead,
}
