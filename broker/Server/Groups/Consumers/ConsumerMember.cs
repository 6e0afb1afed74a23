using System.Collections.Immutable;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Metadata;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Groups.Consumers;

/// <summary>
/// A member of a group of the consumer protocol (KIP-848), as its records tell. Immutable; part of a <see cref="ConsumerGroup"/>.
/// <para>Invariants: no partition is both assigned and pending revocation; partitions are pending only in
/// <see cref="MemberState.UnrevokedPartitions"/>; <see cref="PreviousMemberEpoch"/> is an epoch that the member had before.</para>
/// </summary>
public sealed record ConsumerMember
{
    /// <summary>The epoch of a member that wants to join.</summary>
    public const int JoinEpoch = 0;

    /// <summary>The epoch of one that leaves.</summary>
    public const int LeaveEpoch = -1;

    /// <summary>The epoch of a static member that is away for a while.</summary>
    public const int StaticLeaveEpoch = -2;

    /// <summary>A set of names without any.</summary>
    public static readonly ImmutableSortedSet<Text> NoTopics = ImmutableSortedSet.Create<Text>(TextOrder.Instance);

    /// <summary>No partitions.</summary>
    public static readonly ImmutableSortedDictionary<TopicIdPartition, int> NoPartitions = ImmutableSortedDictionary<TopicIdPartition, int>.Empty;

    /// <summary>Chosen by the client, or given to one of version 0.</summary>
    public required Text MemberId { get; init; }

    /// <summary><c>group.instance.id</c>, or null.</summary>
    public Text InstanceId { get; init; } = Text.Null;

    /// <summary><c>client.rack</c>, or null.</summary>
    public Text RackId { get; init; } = Text.Null;

    /// <summary>Client id of its latest request.</summary>
    public Text ClientId { get; init; }

    /// <summary>Address of its latest request.</summary>
    public Text ClientHost { get; init; }

    /// <summary>How long it may take to give partitions up; -1 while it never said.</summary>
    public int RebalanceTimeoutMs { get; init; } = -1;

    /// <summary>The topics that it named.</summary>
    public ImmutableSortedSet<Text> SubscribedTopicNames { get; init; } = NoTopics;

    /// <summary>The expression that it subscribed to, or null.</summary>
    public Text SubscribedTopicRegex { get; init; } = Text.Null;

    /// <summary>The assignor that it wants, or null.</summary>
    public Text ServerAssignor { get; init; } = Text.Null;

    /// <summary>There for a member that speaks the classic protocol.</summary>
    public ClassicFacet? Classic { get; init; }

    /// <summary>The epoch that it is in.</summary>
    public int MemberEpoch { get; init; }

    /// <summary>The epoch before that one: what a client says that missed an answer.</summary>
    public int PreviousMemberEpoch { get; init; }

    /// <summary>How far it is.</summary>
    public MemberState State { get; init; }

    /// <summary>What it may consume, each with the epoch in which it was given.</summary>
    public ImmutableSortedDictionary<TopicIdPartition, int> Assigned { get; init; } = NoPartitions;

    /// <summary>What it must give up and still owns.</summary>
    public ImmutableSortedDictionary<TopicIdPartition, int> PendingRevocation { get; init; } = NoPartitions;

    /// <summary>Whether it has a regular expression.</summary>
    public bool HasRegex => !SubscribedTopicRegex.IsNullOrEmpty;

    /// <summary>Whether it has reached the target of an epoch.</summary>
    public bool IsReconciledTo(int targetEpoch) => State == MemberState.Stable && MemberEpoch == targetEpoch;

    /// <summary>Whether everything that the record of its metadata holds is the same.</summary>
    internal bool HasMetadataOf(ConsumerMember other) =>
        InstanceId == other.InstanceId && RackId == other.RackId && ClientId == other.ClientId && ClientHost == other.ClientHost
        && RebalanceTimeoutMs == other.RebalanceTimeoutMs && SubscribedTopicRegex == other.SubscribedTopicRegex
        && ServerAssignor == other.ServerAssignor && SubscribedTopicNames.SetEquals(other.SubscribedTopicNames)
        && HasFacetOf(other);

    /// <summary>Whether everything that the record of its assignment holds is the same.</summary>
    internal bool HasAssignmentOf(ConsumerMember other) =>
        MemberEpoch == other.MemberEpoch && PreviousMemberEpoch == other.PreviousMemberEpoch && State == other.State
        && IsSame(Assigned, other.Assigned) && IsSame(PendingRevocation, other.PendingRevocation);

    /// <summary>Whether two sets of partitions, with their epochs, are equal.</summary>
    internal static bool IsSame(
        ImmutableSortedDictionary<TopicIdPartition, int> left, ImmutableSortedDictionary<TopicIdPartition, int> right) =>
        ReferenceEquals(left, right) || (left.Count == right.Count && left.SequenceEqual(right));

    private bool HasFacetOf(ConsumerMember other)
    {
        if (Classic is null || other.Classic is null)
        {
            return Classic is null && other.Classic is null;
        }

        return Classic.SessionTimeoutMs == other.Classic.SessionTimeoutMs && Classic.Protocols.SequenceEqual(other.Classic.Protocols);
    }
}
