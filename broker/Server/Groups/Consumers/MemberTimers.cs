using Deterministic.Kernel.Time;

namespace Deterministic.Server.Groups.Consumers;

/// <summary>What is due for one member of the consumer protocol. Owned by the group; lives as long as the member.</summary>
internal sealed class MemberTimers
{
    /// <summary>When its session ends unless it is heard of.</summary>
    internal long SessionDeadlineMs { get; set; }

    /// <summary>Fires at or before that: one timer a member, moved on when it fires too early.</summary>
    internal ScheduledTimer? Session { get; set; }

    /// <summary>Ends the time to give partitions up in <see cref="RebalanceEpoch"/>.</summary>
    internal ScheduledTimer? Rebalance { get; set; }

    /// <summary>The epoch that <see cref="Rebalance"/> is for.</summary>
    internal int RebalanceEpoch { get; set; }

    /// <summary>Ends the time in which a member of the classic protocol must join again, or sync after it joined.</summary>
    internal ScheduledTimer? Classic { get; set; }

    internal void Cancel()
    {
        Session?.Cancel();
        Rebalance?.Cancel();
        Classic?.Cancel();
    }
}
