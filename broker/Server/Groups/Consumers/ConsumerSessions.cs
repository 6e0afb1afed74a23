using Deterministic.Kernel;
using Deterministic.Kernel.Time;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups.Consumers;

/// <summary>
/// Sessions of the members of the consumer protocol, and how long they may take to give partitions up. Owned by the coordinator
/// of its shard. A member whose time is up is handed to <paramref name="fence"/>.
/// </summary>
internal sealed class ConsumerSessions(
    Shard shard, GroupConfig config, IGroupSettings settings, Action<ClassicGroup, Text> fence)
{
    /// <summary>The member was heard of.</summary>
    internal void Touch(ClassicGroup group, ConsumerMember member)
    {
        var timers = TimersOf(group, member.MemberId);
        var timeoutMs = member.Classic?.SessionTimeoutMs ?? config.SessionTimeoutMsOf(group.GroupId, settings);
        timers.SessionDeadlineMs = shard.MonotonicMs + timeoutMs;
        if (timers.Session is null or { IsCancelled: true } || timers.Session.DeadlineMs > timers.SessionDeadlineMs)
        {
            ArmSession(group, member.MemberId, timers);
        }
    }

    /// <summary>Starts and stops what follows from the member's state.</summary>
    internal void Follow(ClassicGroup group, ConsumerMember member)
    {
        var timers = TimersOf(group, member.MemberId);
        if (member.State != MemberState.UnrevokedPartitions || member.Classic is not null)
        {
            timers.Rebalance?.Cancel();
            return;
        }

        if (timers.Rebalance is { IsCancelled: false } && timers.RebalanceEpoch == member.MemberEpoch)
        {
            return;
        }

        timers.Rebalance?.Cancel();
        timers.RebalanceEpoch = member.MemberEpoch;
        timers.Rebalance = Schedule(member.RebalanceTimeoutMs, () => OnRebalanceTimer(group, member.MemberId, member.MemberEpoch));
    }

    /// <summary>A member of the classic protocol has to come back before its rebalance timeout.</summary>
    internal void ExpectClassic(ClassicGroup group, ConsumerMember member, bool restart)
    {
        var timers = TimersOf(group, member.MemberId);
        if (restart)
        {
            timers.Classic?.Cancel();
        }

        if (timers.Classic is null or { IsCancelled: true })
        {
            timers.Classic = Schedule(member.RebalanceTimeoutMs, () =>
            {
                Mark.Hit("consumer-group.classic-member-did-not-come-back");
                fence(group, member.MemberId);
            });
        }
    }

    /// <summary>It came.</summary>
    internal static void ClassicCame(ClassicGroup group, Text memberId)
    {
        if (group.Timers.TryGetValue(memberId, out var timers))
        {
            timers.Classic?.Cancel();
        }
    }

    /// <summary>Lets go of members that are no more.</summary>
    internal static void Prune(ClassicGroup group)
    {
        foreach (var (memberId, timers) in group.Timers)
        {
            if (group.Consumer?.Member(memberId) is null)
            {
                timers.Cancel();
                group.Timers.Remove(memberId);
            }
        }
    }

    private static MemberTimers TimersOf(ClassicGroup group, Text memberId)
    {
        if (!group.Timers.TryGetValue(memberId, out var timers))
        {
            timers = new MemberTimers();
            group.Timers.Add(memberId, timers);
        }

        return timers;
    }

    private ScheduledTimer Schedule(int delayMs, Action action) =>
        shard.Timers.Schedule(shard.MonotonicMs + Math.Max(delayMs, 0), static state => ((Action)state!)(), action);

    private void ArmSession(ClassicGroup group, Text memberId, MemberTimers timers)
    {
        timers.Session?.Cancel();
        timers.Session = shard.Timers.Schedule(
            timers.SessionDeadlineMs, static state => ((Action)state!)(), () => OnSessionTimer(group, memberId, timers));
    }

    private void OnSessionTimer(ClassicGroup group, Text memberId, MemberTimers timers)
    {
        if (shard.MonotonicMs < timers.SessionDeadlineMs)
        {
            ArmSession(group, memberId, timers);
            return;
        }

        Mark.Hit("consumer-group.session-expired");
        fence(group, memberId);
    }

    private void OnRebalanceTimer(ClassicGroup group, Text memberId, int memberEpoch)
    {
        if (group.Consumer?.Member(memberId) is { State: MemberState.UnrevokedPartitions } member && member.MemberEpoch == memberEpoch)
        {
            Mark.Hit("consumer-group.revocation-timed-out");
            fence(group, memberId);
        }
    }
}
