using Deterministic.Kernel;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups;

/// <summary>
/// Sessions of members, and of member ids that were given out but have not joined. A member that waits for an answer is
/// alive. Owned by the coordinator of its shard.
/// </summary>
internal sealed class MemberSessions(Shard shard, Action<ClassicGroup, ClassicMember> expired, Action<ClassicGroup> pendingExpired)
{
    /// <summary>A member that never had an answer may have gone without its connection telling us; this is how long we believe in it.</summary>
    internal const int NewMemberJoinTimeoutMs = 5 * 60 * 1000;

    /// <summary>The member was heard of.</summary>
    internal void Touch(ClassicGroup group, ClassicMember member) => Extend(group, member, member.SessionTimeoutMs);

    /// <summary>A first join waits for its rebalance.</summary>
    internal void TouchNew(ClassicGroup group, ClassicMember member) =>
        Extend(group, member, Math.Max(member.SessionTimeoutMs, NewMemberJoinTimeoutMs));

    /// <summary>Remembers a member id until its member joins or the session timeout it asked for has passed.</summary>
    internal void AddPending(ClassicGroup group, Text memberId, int sessionTimeoutMs)
    {
        var timer = shard.Timers.Schedule(
            shard.MonotonicMs + sessionTimeoutMs,
            static state => ((Action)state!)(),
            () => OnPendingTimer(group, memberId));
        group.PendingJoins.Add(memberId, timer);
    }

    /// <summary>Forgets a pending member id; false when it is not one.</summary>
    internal static bool RemovePending(ClassicGroup group, Text memberId)
    {
        if (!group.PendingJoins.Remove(memberId, out var timer))
        {
            return false;
        }

        timer.Cancel();
        return true;
    }

    private void Extend(ClassicGroup group, ClassicMember member, int timeoutMs)
    {
        member.SessionDeadlineMs = shard.MonotonicMs + timeoutMs;
        if (member.SessionTimer is null or { IsCancelled: true } || member.SessionTimer.DeadlineMs > member.SessionDeadlineMs)
        {
            Arm(group, member, member.SessionDeadlineMs);
        }
    }

    private void Arm(ClassicGroup group, ClassicMember member, long deadlineMs)
    {
        member.SessionTimer?.Cancel();
        member.SessionTimer = shard.Timers.Schedule(
            deadlineMs, static state => ((Action)state!)(), () => OnSessionTimer(group, member));
    }

    private void OnSessionTimer(ClassicGroup group, ClassicMember member)
    {
        var isWaiting = member.AwaitingSync is not null || (member.AwaitingJoin is not null && !member.IsNew);
        if (isWaiting)
        {
            Mark.Hit("group.session-kept-while-waiting");
            Touch(group, member);
        }
        else if (shard.MonotonicMs < member.SessionDeadlineMs)
        {
            Arm(group, member, member.SessionDeadlineMs);
        }
        else
        {
            expired(group, member);
        }
    }

    private void OnPendingTimer(ClassicGroup group, Text memberId)
    {
        if (group.PendingJoins.Remove(memberId))
        {
            pendingExpired(group);
        }
    }
}
