namespace Deterministic.Server.Groups.Consumers;

/// <summary>How far a member is on its way to the target assignment. The numbers are those of the stored record.</summary>
public enum MemberState : sbyte
{
    /// <summary>It has reached the target of its epoch.</summary>
    Stable = 0,

    /// <summary>It must give partitions up, and has not said that it did.</summary>
    UnrevokedPartitions = 1,

    /// <summary>It waits for partitions that others have not given up.</summary>
    UnreleasedPartitions = 2,
}
