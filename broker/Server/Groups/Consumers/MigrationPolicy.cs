namespace Deterministic.Server.Groups.Consumers;

/// <summary><c>group.consumer.migration.policy</c>: whether a group with members may change its protocol.</summary>
[Flags]
public enum MigrationPolicy
{
    /// <summary>It may not.</summary>
    Disabled = 0,

    /// <summary>From classic to consumer, with the first member of the consumer protocol.</summary>
    Upgrade = 1,

    /// <summary>From consumer to classic, when the last member of the consumer protocol has gone.</summary>
    Downgrade = 2,

    /// <summary>Both ways.</summary>
    Bidirectional = Upgrade | Downgrade,
}
