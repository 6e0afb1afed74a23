using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups.Consumers;

/// <summary>
/// Writes decisions about groups of the consumer protocol: one at a time for each group, and answers when they are durable.
/// Owned by the coordinator of its shard.
/// </summary>
internal sealed class ConsumerChanges
{
    private readonly ConsumerSteps _steps;
    private readonly GroupConfig _config;
    private readonly GroupMigration _migration;

    internal ConsumerChanges(Shard shard, GroupConfig config, IGroupSettings settings, ConsumerSteps steps, GroupMigration migration)
    {
        _config = config;
        _steps = steps;
        _migration = migration;
        Sessions = new ConsumerSessions(shard, config, settings, OnTimeIsUp);
    }

    internal ConsumerSessions Sessions { get; }

    /// <summary>Writes what was decided, if anything was; then <paramref name="done"/> is told, and the next may decide.</summary>
    internal void Write(ClassicGroup group, ConsumerDraft draft, Action<ErrorCode> done)
    {
        if (draft.Records.Count == 0)
        {
            done(ErrorCode.None);
            return;
        }

        group.Line.Enter();
        group.Partition.Append(group, draft.Records, error =>
        {
            if (error != ErrorCode.None)
            {
                Mark.Hit("consumer-group.change-not-stored");
            }

            ConsumerSessions.Prune(group);
            done(GroupAnswers.OfAppend(error));
            group.Partition.Post(() => AfterChange(group));
        });
    }

    /// <summary>Takes members out of a group, at their wish or not.</summary>
    internal void Remove(ClassicGroup group, IReadOnlyList<Text> memberIds, Action<ErrorCode> done)
    {
        var draft = new ConsumerDraft(group.GroupId, group.Consumer!);
        _steps.Remove(draft, memberIds);
        Write(group, draft, done);
    }

    /// <summary>A loaded group goes on: members get fresh sessions.</summary>
    internal void Resume(ClassicGroup group)
    {
        foreach (var (_, member) in group.Consumer!.Members)
        {
            Sessions.Touch(group, member);
            Sessions.Follow(group, member);
        }

        MaybeDowngrade(group);
    }

    private void AfterChange(ClassicGroup group)
    {
        if (group.Partition.State != GroupPartitionState.Active || !MaybeDowngrade(group))
        {
            group.Line.Leave();
            group.Partition.MaybeForget(group);
        }
    }

    /// <summary>When only members of the classic protocol are left the group becomes one of theirs.</summary>
    private bool MaybeDowngrade(ClassicGroup group)
    {
        if (group.Consumer is not { IsClassicOnly: true } consumer
            || !_config.MigrationPolicy.HasFlag(MigrationPolicy.Downgrade)
            || consumer.Members.Count > _config.MaxSize)
        {
            return false;
        }

        if (!group.Line.IsBusy)
        {
            group.Line.Enter();
        }

        Mark.Hit("consumer-group.downgraded");
        group.Partition.Append(group, _migration.Downgrade(group.GroupId, consumer), error =>
        {
            // Were it not written, the next change tries again.
            group.Partition.Post(() => AfterDowngrade(group, consumer, error == ErrorCode.None));
        });
        return true;
    }

    private void AfterDowngrade(ClassicGroup group, ConsumerGroup was, bool isDone)
    {
        if (isDone && group.Partition.State == GroupPartitionState.Active)
        {
            _migration.BecomeClassic(group, was);
        }

        group.Line.Leave();
        group.Partition.MaybeForget(group);
    }

    private void OnTimeIsUp(ClassicGroup group, Text memberId)
    {
        if (group.Partition.State != GroupPartitionState.Active || group.Consumer?.Member(memberId) is null)
        {
            return;
        }

        if (group.Line.IsBusy)
        {
            // Whoever is heard of meanwhile starts its session again.
            if (!group.Line.TryWait(() => OnTimeIsUp(group, memberId)) && group.Consumer.Member(memberId) is { } member)
            {
                Sessions.Touch(group, member);
            }

            return;
        }

        Mark.Hit("consumer-group.member-fenced");
        Remove(group, [memberId], error =>
        {
            if (error != ErrorCode.None && group.Consumer?.Member(memberId) is { } member)
            {
                // It is still there as far as the log knows: its time begins anew.
                Sessions.Touch(group, member);
            }
        });
    }
}
