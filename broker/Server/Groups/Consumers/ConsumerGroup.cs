using System.Collections.Immutable;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Metadata;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Groups.Consumers;

/// <summary>
/// What makes a group one of the consumer protocol (KIP-848): the state that its records tell. Immutable: a decision works on
/// a copy that its records have been applied to (<see cref="ConsumerReplay"/>), and the group takes the new state when they
/// are durable. Owned by the shard of the group.
/// <para>Invariants: <see cref="TargetEpoch"/> &lt;= <see cref="GroupEpoch"/>; no member's epoch is above the group's; a
/// partition has at most one owner, and that member has it assigned or pending revocation.</para>
/// </summary>
public sealed record ConsumerGroup
{
    /// <summary>The epoch of a group of which nothing is known yet.</summary>
    public const int FirstEpoch = 1;

    /// <summary>A group without members.</summary>
    public static ConsumerGroup Empty { get; } = new();

    /// <summary>Raised whenever members, subscriptions or their topics change.</summary>
    public int GroupEpoch { get; init; } = FirstEpoch;

    /// <summary>Sums up the topics that the group subscribes to (<see cref="TopicsHash"/>); 0 for none.</summary>
    public long MetadataHash { get; init; }

    /// <summary>The epoch that the target assignment was made for.</summary>
    public int TargetEpoch { get; init; } = FirstEpoch;

    /// <summary>When it was made, by the wall clock; 0 when that is unknown.</summary>
    public long TargetTimestampMs { get; init; }

    /// <summary>The members by id.</summary>
    public ImmutableSortedDictionary<Text, ConsumerMember> Members { get; init; } =
        ImmutableSortedDictionary.Create<Text, ConsumerMember>(TextOrder.Instance);

    /// <summary>Member ids by group instance id.</summary>
    public ImmutableSortedDictionary<Text, Text> StaticMembers { get; init; } =
        ImmutableSortedDictionary.Create<Text, Text>(TextOrder.Instance);

    /// <summary>What each member shall have.</summary>
    public ImmutableSortedDictionary<Text, ImmutableSortedSet<TopicIdPartition>> Targets { get; init; } =
        ImmutableSortedDictionary.Create<Text, ImmutableSortedSet<TopicIdPartition>>(TextOrder.Instance);

    /// <summary>The member that has each partition, or has not given it up yet.</summary>
    public ImmutableSortedDictionary<TopicIdPartition, Text> Owners { get; init; } =
        ImmutableSortedDictionary<TopicIdPartition, Text>.Empty;

    /// <summary>What the expressions of members matched.</summary>
    public ImmutableSortedDictionary<Text, ResolvedRegex> Regexes { get; init; } =
        ImmutableSortedDictionary.Create<Text, ResolvedRegex>(TextOrder.Instance);

    /// <summary>True when an older broker left a record of the topics' partitions, which is in nobody's use now.</summary>
    public bool HasPartitionMetadata { get; init; }

    /// <summary>The state.</summary>
    public ConsumerGroupState State
    {
        get
        {
            if (Members.IsEmpty)
            {
                return ConsumerGroupState.Empty;
            }

            if (GroupEpoch > TargetEpoch)
            {
                return ConsumerGroupState.Assigning;
            }

            return Members.Values.All(member => member.IsReconciledTo(TargetEpoch))
                ? ConsumerGroupState.Stable
                : ConsumerGroupState.Reconciling;
        }
    }

    /// <summary>The member, or null.</summary>
    public ConsumerMember? Member(Text memberId) => Members.TryGetValue(memberId, out var member) ? member : null;

    /// <summary>The member that holds the instance id, or null.</summary>
    public ConsumerMember? StaticMember(Text instanceId) =>
        StaticMembers.TryGetValue(instanceId, out var memberId) ? Member(memberId) : null;

    /// <summary>What the member shall have.</summary>
    public ImmutableSortedSet<TopicIdPartition> TargetOf(Text memberId) => Targets.TryGetValue(memberId, out var target) ? target : [];

    /// <summary>The topics that a member subscribes to, by name or by expression.</summary>
    public ImmutableSortedSet<Text> TopicsOf(ConsumerMember member) =>
        member.HasRegex && Regexes.TryGetValue(member.SubscribedTopicRegex, out var resolved)
            ? member.SubscribedTopicNames.Union(resolved.Topics)
            : member.SubscribedTopicNames;

    /// <summary>The topics that anybody subscribes to.</summary>
    public ImmutableSortedSet<Text> SubscribedTopics()
    {
        var topics = ConsumerMember.NoTopics.ToBuilder();
        foreach (var (_, member) in Members)
        {
            topics.UnionWith(TopicsOf(member));
        }

        return topics.ToImmutable();
    }

    /// <summary>Whether every member speaks the classic protocol; false without members.</summary>
    public bool IsClassicOnly => !Members.IsEmpty && Members.Values.All(member => member.Classic is not null);

    /// <summary>With a member as it is now.</summary>
    internal ConsumerGroup With(ConsumerMember member)
    {
        var old = Member(member.MemberId);
        var statics = StaticMembers;
        if (old is { InstanceId.IsNull: false } && old.InstanceId != member.InstanceId)
        {
            statics = WithoutStatic(statics, old);
        }

        if (!member.InstanceId.IsNull)
        {
            statics = statics.SetItem(member.InstanceId, member.MemberId);
        }

        return this with
        {
            Members = Members.SetItem(member.MemberId, member),
            StaticMembers = statics,
            Owners = OwnersWith(old, member),
        };
    }

    /// <summary>Without a member.</summary>
    internal ConsumerGroup Without(Text memberId) => Member(memberId) is not { } old
        ? this
        : this with
        {
            Members = Members.Remove(memberId),
            StaticMembers = old.InstanceId.IsNull ? StaticMembers : WithoutStatic(StaticMembers, old),
            Owners = OwnersWith(old, new ConsumerMember { MemberId = memberId }),
        };

    private static ImmutableSortedDictionary<Text, Text> WithoutStatic(ImmutableSortedDictionary<Text, Text> statics, ConsumerMember old) =>
        statics.TryGetValue(old.InstanceId, out var holder) && holder == old.MemberId ? statics.Remove(old.InstanceId) : statics;

    private ImmutableSortedDictionary<TopicIdPartition, Text> OwnersWith(ConsumerMember? old, ConsumerMember member)
    {
        if (old is not null && ReferenceEquals(old.Assigned, member.Assigned) && ReferenceEquals(old.PendingRevocation, member.PendingRevocation))
        {
            return Owners;
        }

        var owners = Owners.ToBuilder();
        foreach (var (partition, _) in old is null ? [] : old.Assigned.Concat(old.PendingRevocation))
        {
            // A log that was compacted may tell of the new owner before it tells what the old one gave up.
            if (owners.TryGetValue(partition, out var owner) && owner == member.MemberId)
            {
                owners.Remove(partition);
            }
        }

        foreach (var (partition, _) in member.Assigned.Concat(member.PendingRevocation))
        {
            owners[partition] = member.MemberId;
        }

        return owners.ToImmutable();
    }
}
