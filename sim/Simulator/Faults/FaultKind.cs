namespace Deterministic.Simulator.Faults;

/// <summary>
/// What a run can do to a cluster, one member for each row of the fault matrix that simulators are compared by, so that a
/// report can say which of them a batch of seeds injected and how often.
/// </summary>
public enum FaultKind
{
    /// <summary>A process dies and is started again.</summary>
    ProcessCrash,

    /// <summary>A process dies again and again soon after its start.</summary>
    CrashLoop,

    /// <summary>A process stands still for a while and goes on as if no time had passed.</summary>
    Pause,

    /// <summary>A node's processor is slow.</summary>
    SlowNode,

    /// <summary>Several machines stop at the same moment: a rack, a data center.</summary>
    MachineGroupLoss,

    /// <summary>A disk is replaced by an empty one.</summary>
    TotalDataLoss,

    /// <summary>A machine starts with another machine's disk, or with an older copy of its own.</summary>
    DiskSwap,

    /// <summary>A wall clock is set forward or back.</summary>
    ClockJump,

    /// <summary>A node's clocks are off from those of others, or run at another rate.</summary>
    ClockSkew,

    /// <summary>What was sent does not arrive; over streams, the connection breaks with it.</summary>
    NetworkDrop,

    /// <summary>What was sent arrives twice: a request is sent again by a client that saw no answer.</summary>
    NetworkDuplicate,

    /// <summary>What was sent later arrives earlier, over another connection.</summary>
    NetworkReorder,

    /// <summary>A link is slow.</summary>
    NetworkDelay,

    /// <summary>Bits change on the wire.</summary>
    NetworkCorruption,

    /// <summary>A link holds everything back and lets it go at once later.</summary>
    NetworkClog,

    /// <summary>Two groups of nodes do not reach each other.</summary>
    PartitionSymmetric,

    /// <summary>One direction between two groups is cut.</summary>
    PartitionOneWay,

    /// <summary>A link goes down and up again quickly.</summary>
    PartitionFlapping,

    /// <summary>Cuts that leave no two clean groups: a bridge, a ring.</summary>
    PartitionOverlapping,

    /// <summary>Clients do not reach servers that reach each other.</summary>
    PartitionClients,

    /// <summary>A write that was not flushed survives the loss of power in part.</summary>
    TornWrite,

    /// <summary>A write that was not flushed is lost with the power.</summary>
    LostWrite,

    /// <summary>A write's bytes land elsewhere.</summary>
    MisdirectedWrite,

    /// <summary>A bit of what was durable flips, or a sector is not readable any more.</summary>
    BitRot,

    /// <summary>A read or a write fails.</summary>
    DiskError,

    /// <summary>A read returns less than was asked: for files the port forbids it, for streams chunk boundaries are choices.</summary>
    ShortRead,

    /// <summary>The volume has no room left.</summary>
    DiskFull,

    /// <summary>Flushes take long, or do not end for a while.</summary>
    SlowDisk,

    /// <summary>A flush fails and drops what it should have made durable; the next one succeeds.</summary>
    FlushFailure,

    /// <summary>A created, renamed or deleted name that was not synced is not there after the loss of power.</summary>
    NameLoss,

    /// <summary>A node starts on another version of the formats than the others.</summary>
    MixedVersions,

    /// <summary>Members, replicas or configs change while faults are on.</summary>
    Reconfiguration,

    /// <summary>The seed leaves out faults, features and operations, and draws odd sizes.</summary>
    Swarm,

    /// <summary>A limit of the broker's own is so small that a rare path is common.</summary>
    SmallLimits,
}
