namespace Deterministic.Server.Groups.Consumers;

/// <summary>States of a group of the consumer protocol. They follow from its epochs and members; nothing moves between them by itself.</summary>
public enum ConsumerGroupState
{
    /// <summary>No members.</summary>
    Empty,

    /// <summary>The target assignment is of an older epoch than the group.</summary>
    Assigning,

    /// <summary>Some member has not reached the target assignment.</summary>
    Reconciling,

    /// <summary>Every member has what the target assignment gives it.</summary>
    Stable,
}
