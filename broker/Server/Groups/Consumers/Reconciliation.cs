using System.Collections.Immutable;
using Deterministic.Kernel;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Groups.Consumers;

/// <summary>
/// The next step of one member towards the target assignment:
/// <code>
/// STABLE               -> UNREVOKED_PARTITIONS (it must give some up first), UNRELEASED_PARTITIONS, STABLE in the new epoch
/// UNREVOKED_PARTITIONS -> itself until the member no longer owns what it must give up, then as from STABLE
/// UNRELEASED_PARTITIONS -> itself while others own what it shall get, STABLE
/// </code>
/// A partition is given to a member only when nobody owns it. Stateless.
/// </summary>
internal static class Reconciliation
{
    /// <summary>The member after the step. <paramref name="owned"/> is what its client says it owns; null when it does not say.</summary>
    internal static ConsumerMember Step(
        ConsumerGroup group, ConsumerMember member, IReadOnlySet<TopicIdPartition>? owned, Func<TopicIdPartition, bool> isSubscribed)
    {
        switch (member.State)
        {
            case MemberState.Stable when member.MemberEpoch == group.TargetEpoch:
                return WithoutUnsubscribed(member, owned, isSubscribed);
            case MemberState.UnrevokedPartitions when OwnsAny(owned, member.PendingRevocation):
                return WithoutUnsubscribed(member, owned, isSubscribed);
            case MemberState.UnrevokedPartitions:
                Mark.Hit("consumer-group.partitions-revoked");
                return Next(group, member with { PendingRevocation = ConsumerMember.NoPartitions }, owned, isSubscribed);
            default:
                return Next(group, member, owned, isSubscribed);
        }
    }

    /// <summary>Whether a member may still use any of the partitions; yes when it does not say.</summary>
    private static bool OwnsAny(IReadOnlySet<TopicIdPartition>? owned, ImmutableSortedDictionary<TopicIdPartition, int> partitions) =>
        owned is null ? !partitions.IsEmpty : partitions.Keys.Any(owned.Contains);

    /// <summary>What the member no longer subscribes to it gives up at once, before there is a new target.</summary>
    private static ConsumerMember WithoutUnsubscribed(
        ConsumerMember member, IReadOnlySet<TopicIdPartition>? owned, Func<TopicIdPartition, bool> isSubscribed)
    {
        var unwanted = member.Assigned.Where(pair => !isSubscribed(pair.Key)).ToArray();
        if (unwanted.Length == 0)
        {
            return member;
        }

        Mark.Hit("consumer-group.unsubscribed-before-target");
        var pending = member.PendingRevocation.AddRange(unwanted);
        var assigned = member.Assigned.RemoveRange(unwanted.Select(pair => pair.Key));
        return OwnsAny(owned, pending)
            ? member with { State = MemberState.UnrevokedPartitions, Assigned = assigned, PendingRevocation = pending }
            : member with { Assigned = assigned };
    }

    private static ConsumerMember Next(
        ConsumerGroup group, ConsumerMember member, IReadOnlySet<TopicIdPartition>? owned, Func<TopicIdPartition, bool> isSubscribed)
    {
        var target = group.TargetOf(member.MemberId).Where(isSubscribed).ToImmutableSortedSet();
        var kept = member.Assigned.Where(pair => target.Contains(pair.Key)).ToImmutableSortedDictionary();
        var surplus = member.Assigned.Where(pair => !target.Contains(pair.Key)).ToImmutableSortedDictionary();
        if (OwnsAny(owned, surplus))
        {
            Mark.Hit("consumer-group.must-revoke");
            return member with { State = MemberState.UnrevokedPartitions, Assigned = kept, PendingRevocation = surplus };
        }

        var epoch = group.TargetEpoch;
        var assigned = kept.ToBuilder();
        var isWaiting = false;
        foreach (var partition in target)
        {
            if (kept.ContainsKey(partition))
            {
                continue;
            }

            if (group.Owners.TryGetValue(partition, out var owner) && owner != member.MemberId)
            {
                Mark.Hit("consumer-group.partition-not-released");
                isWaiting = true;
            }
            else
            {
                assigned[partition] = epoch;
            }
        }

        return member with
        {
            State = isWaiting ? MemberState.UnreleasedPartitions : MemberState.Stable,
            MemberEpoch = epoch,
            PreviousMemberEpoch = epoch != member.MemberEpoch ? member.MemberEpoch : member.PreviousMemberEpoch,
            Assigned = assigned.ToImmutable(),
            PendingRevocation = ConsumerMember.NoPartitions,
        };
    }
}
