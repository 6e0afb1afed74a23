using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups;

/// <summary>
/// The course of a rebalance: it is prepared when the membership changes, completes when all have joined or time is up,
/// and gives the members a new generation. Owned by the coordinator of its shard.
/// </summary>
internal sealed class GroupRebalances
{
    private readonly Shard _shard;
    private readonly GroupConfig _config;

    internal GroupRebalances(Shard shard, GroupConfig config)
    {
        _shard = shard;
        _config = config;
        Sessions = new MemberSessions(shard, OnSessionExpired, OnPendingExpired);
    }

    internal MemberSessions Sessions { get; }

    internal GroupCounters Counters { get; } = new();

    /// <summary>Lets a join wait for the rebalance, which it starts if none is being prepared.</summary>
    internal void Await(ClassicGroup group, ClassicMember member, Action<JoinGroupResponse> answer)
    {
        if (member.AwaitingJoin is { } earlier)
        {
            Mark.Hit("group.joined-again-while-waiting");
            // The client gave that request up; its connection still wants an answer for it before any later one.
            earlier(GroupAnswers.JoinFailed(member.MemberId, ErrorCode.RebalanceInProgress));
        }
        else if (group.Member(member.MemberId) == member)
        {
            group.AwaitingJoinCount++;
        }

        member.AwaitingJoin = answer;
        if (group.Member(member.MemberId) != member)
        {
            group.Add(member);
            group.HasNewMember |= group.IsInInitialDelay;
            Sessions.TouchNew(group, member);
        }

        MaybePrepare(group);
    }

    /// <summary>The membership, or what a member wants, has changed.</summary>
    internal void MaybePrepare(ClassicGroup group)
    {
        if (group.State == ClassicGroupState.PreparingRebalance)
        {
            MaybeComplete(group);
        }
        else
        {
            Prepare(group);
        }
    }

    /// <summary>Completes the rebalance if nobody has to be waited for.</summary>
    internal void MaybeComplete(ClassicGroup group)
    {
        if (group is { State: ClassicGroupState.PreparingRebalance, IsInInitialDelay: false, HasAllMembersJoined: true })
        {
            Complete(group);
        }
    }

    /// <summary>Takes a member out and tells its waiting requests why; the caller decides what that does to the group.</summary>
    internal static void Remove(ClassicGroup group, ClassicMember member, ErrorCode reason)
    {
        group.Remove(member);
        AnswerWaiting(member, reason);
    }

    /// <summary>Answers whatever requests of the member wait. The caller keeps count of the joins.</summary>
    internal static void AnswerWaiting(ClassicMember member, ErrorCode reason)
    {
        var (join, sync) = (member.AwaitingJoin, member.AwaitingSync);
        (member.AwaitingJoin, member.AwaitingSync) = (null, null);
        join?.Invoke(GroupAnswers.JoinFailed(member.MemberId, reason));
        sync?.Invoke(GroupAnswers.SyncFailed(reason));
    }

    private void Prepare(ClassicGroup group)
    {
        if (group.State == ClassicGroupState.CompletingRebalance)
        {
            Mark.Hit("group.rebalance-before-all-synced");
            ResetAssignments(group, ErrorCode.RebalanceInProgress);
        }

        group.SyncTimer?.Cancel();
        group.PendingSyncs.Clear();
        var isFirst = group.State == ClassicGroupState.Empty;
        group.TransitionTo(ClassicGroupState.PreparingRebalance, _shard.WallClockMs);
        if (!isFirst)
        {
            Arm(group, group.RebalanceTimeoutMs);
            MaybeComplete(group);
        }
        else if (_config.InitialRebalanceDelayMs <= 0)
        {
            Complete(group);
        }
        else
        {
            group.IsInInitialDelay = true;
            group.HasNewMember = false;
            group.InitialDelayRemainingMs = Math.Max(group.RebalanceTimeoutMs - _config.InitialRebalanceDelayMs, 0);
            Arm(group, _config.InitialRebalanceDelayMs);
        }
    }

    private static void ResetAssignments(ClassicGroup group, ErrorCode reason)
    {
        foreach (var (_, member) in group.Members)
        {
            member.Assignment = Blob.Empty;
            var waiting = member.AwaitingSync;
            member.AwaitingSync = null;
            waiting?.Invoke(GroupAnswers.SyncFailed(reason));
        }
    }

    /// <summary>The assignment of this generation could not be stored: those who wait learn it, and all join again.</summary>
    internal void FailSync(ClassicGroup group, ErrorCode reason)
    {
        ResetAssignments(group, reason);
        Prepare(group);
    }

    private void Arm(ClassicGroup group, int delayMs)
    {
        group.RebalanceTimer?.Cancel();
        group.RebalanceTimer = _shard.Timers.Schedule(
            _shard.MonotonicMs + Math.Max(delayMs, 0), static state => ((Action)state!)(), () => OnRebalanceTimer(group));
    }

    private void OnRebalanceTimer(ClassicGroup group)
    {
        if (group is { IsInInitialDelay: true, HasNewMember: true, InitialDelayRemainingMs: > 0 })
        {
            var delayMs = Math.Min(_config.InitialRebalanceDelayMs, group.InitialDelayRemainingMs);
            group.InitialDelayRemainingMs -= delayMs;
            group.HasNewMember = false;
            Mark.Hit("group.initial-delay-extended");
            Arm(group, delayMs);
        }
        else
        {
            Mark.Hit("group.rebalance-timer-fired");
            Complete(group);
        }
    }

    private void Complete(ClassicGroup group)
    {
        group.RebalanceTimer?.Cancel();
        group.IsInInitialDelay = false;
        DropWhoDidNotJoin(group);
        if (group.Members.Count > 0 && group.AwaitingJoinCount == 0)
        {
            Mark.Hit("group.only-static-members-left");
            // Only static members are left and none is back: their sessions decide, not this rebalance.
            Arm(group, group.RebalanceTimeoutMs);
            return;
        }

        group.GenerationId = group.GenerationId == int.MaxValue ? 1 : group.GenerationId + 1;
        if (group.Members.Count == 0)
        {
            BecomeEmpty(group);
        }
        else
        {
            BecomeCompleting(group);
        }
    }

    private static void DropWhoDidNotJoin(ClassicGroup group)
    {
        foreach (var member in group.Members.Values.Where(m => m is { AwaitingJoin: null, IsStatic: false }).ToArray())
        {
            Mark.Hit("group.member-did-not-join");
            Remove(group, member, ErrorCode.UnknownMemberId);
        }

        if (group.AwaitingJoinCount > 0 && group.Member(group.LeaderId)!.AwaitingJoin is null)
        {
            Mark.Hit("group.leader-did-not-join");
            group.LeaderId = group.Members.Values.First(m => m.AwaitingJoin is not null).MemberId;
        }
    }

    private void BecomeEmpty(ClassicGroup group)
    {
        Mark.Hit("group.became-empty");
        group.ProtocolName = Text.Null;
        group.SubscribedTopics = new HashSet<Text>();
        group.TransitionTo(ClassicGroupState.Empty, _shard.WallClockMs);
        var record = GroupRecords.GroupMetadata(group.GroupId, GroupRecords.ValueOf(group, static _ => Blob.Empty));
        group.Partition.Append(group, [record], static _ =>
        {
            // Nobody waits for it. Were it lost, the members that the log still names would end with their sessions.
        });
    }

    private void BecomeCompleting(ClassicGroup group)
    {
        group.ProtocolName = group.SelectProtocol();
        group.SubscribedTopics = Subscriptions.TopicsOf(group);
        group.TransitionTo(ClassicGroupState.CompletingRebalance, _shard.WallClockMs);
        foreach (var (_, member) in group.Members)
        {
            member.Assignment = Blob.Empty;
            if (member.AwaitingJoin is not { } answer)
            {
                continue;
            }

            member.AwaitingJoin = null;
            member.IsNew = false;
            group.PendingSyncs.Add(member.MemberId);
            Sessions.Touch(group, member);
            answer(GroupAnswers.Joined(group, member, withMembers: group.LeaderId == member.MemberId));
        }

        group.AwaitingJoinCount = 0;
        group.SyncTimer?.Cancel();
        var generationId = group.GenerationId;
        group.SyncTimer = _shard.Timers.Schedule(
            _shard.MonotonicMs + group.RebalanceTimeoutMs,
            static state => ((Action)state!)(),
            () => OnSyncTimer(group, generationId));
    }

    /// <summary>Members that joined and then never asked for their assignment hold up the others; they go.</summary>
    private void OnSyncTimer(ClassicGroup group, int generationId)
    {
        Check.That(group.GenerationId == generationId, $"group {group.GroupId} left a sync timer behind");
        if (group.PendingSyncs.Count == 0)
        {
            return;
        }

        foreach (var memberId in group.PendingSyncs.ToArray())
        {
            Mark.Hit("group.member-did-not-sync");
            Remove(group, group.Member(memberId)!, ErrorCode.UnknownMemberId);
        }

        MaybePrepare(group);
    }

    private void OnSessionExpired(ClassicGroup group, ClassicMember member)
    {
        Mark.Hit("group.session-expired");
        Remove(group, member, ErrorCode.UnknownMemberId);
        MaybePrepare(group);
    }

    private void OnPendingExpired(ClassicGroup group)
    {
        Mark.Hit("group.pending-member-expired");
        MaybeComplete(group);
        group.Partition.MaybeForget(group);
    }

    /// <summary>Stops everything that would happen to the group later, and tells all who wait.</summary>
    internal void Close(ClassicGroup group, ErrorCode reason)
    {
        Disband(group, reason);
        group.TransitionTo(ClassicGroupState.Dead, _shard.WallClockMs);
    }

    /// <summary>Sends the classic members away, and keeps the group.</summary>
    internal static void Disband(ClassicGroup group, ErrorCode reason)
    {
        group.RebalanceTimer?.Cancel();
        group.SyncTimer?.Cancel();
        foreach (var (_, timer) in group.PendingJoins)
        {
            timer.Cancel();
        }

        group.PendingJoins.Clear();
        foreach (var member in group.Members.Values.ToArray())
        {
            Remove(group, member, reason);
        }
    }
}
