using System.Collections.Immutable;
using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Groups.Assignors;

/// <summary>
/// <c>uniform</c>: every member gets equally many partitions, as far as subscriptions allow, and keeps of what it had as much as
/// that permits. Stateless.
/// </summary>
internal sealed class UniformAssignor : IConsumerAssignor
{
    /// <inheritdoc/>
    public string Name => "uniform";

    /// <inheritdoc/>
    public IReadOnlyDictionary<Text, ImmutableSortedSet<TopicIdPartition>> Assign(
        IReadOnlyList<AssignorMember> members, IReadOnlyDictionary<Uuid, int> partitionCounts)
    {
        var shares = members.Select(member => new Share(member)).ToArray();
        var free = Keep(shares, partitionCounts);
        if (IsHomogeneous(members))
        {
            Cut(shares, partitionCounts, free);
        }

        GiveAway(shares, free);
        Balance(shares, partitionCounts);
        return shares.ToDictionary(share => share.Member.MemberId, share => share.Partitions.ToImmutableSortedSet());
    }

    private static bool IsHomogeneous(IReadOnlyList<AssignorMember> members) =>
        members.All(member => member.Topics.SetEquals(members[0].Topics));

    /// <summary>Everybody keeps what it had and still may have; the rest is free.</summary>
    private static SortedSet<TopicIdPartition> Keep(Share[] shares, IReadOnlyDictionary<Uuid, int> partitionCounts)
    {
        var free = new SortedSet<TopicIdPartition>();
        foreach (var (topic, partitionCount) in partitionCounts)
        {
            for (var partition = 0; partition < partitionCount; partition++)
            {
                free.Add(new TopicIdPartition(topic, partition));
            }
        }

        foreach (var share in shares)
        {
            foreach (var partition in share.Member.Previous)
            {
                if (share.Member.Topics.Contains(partition.TopicId) && free.Remove(partition))
                {
                    share.Partitions.Add(partition);
                }
            }
        }

        return free;
    }

    /// <summary>Nobody keeps more than its part; those that had most may keep the one that is left over.</summary>
    private static void Cut(Share[] shares, IReadOnlyDictionary<Uuid, int> partitionCounts, SortedSet<TopicIdPartition> free)
    {
        if (shares.Length == 0)
        {
            return;
        }

        var total = shares[0].Member.Topics.Sum(topic => partitionCounts[topic]);
        var quota = total / shares.Length;
        var extras = total % shares.Length;
        foreach (var share in shares.OrderByDescending(share => share.Partitions.Count))
        {
            var most = quota + (extras > 0 && share.Partitions.Count > quota ? 1 : 0);
            extras -= most - quota;
            while (share.Partitions.Count > most)
            {
                var last = share.Partitions.Max;
                share.Partitions.Remove(last);
                free.Add(last);
            }
        }
    }

    /// <summary>Each free partition goes to the subscriber with the fewest; topics that few subscribe to come first.</summary>
    private static void GiveAway(Share[] shares, SortedSet<TopicIdPartition> free)
    {
        var bySubscribers = free
            .GroupBy(partition => partition.TopicId)
            .Select(topic => (Partitions: topic.ToArray(), Subscribers: SubscribersOf(shares, topic.Key)))
            .OrderBy(topic => topic.Subscribers.Length);
        foreach (var (partitions, subscribers) in bySubscribers)
        {
            foreach (var partition in partitions)
            {
                if (subscribers.Length > 0)
                {
                    subscribers.MinBy(share => share.Partitions.Count)!.Partitions.Add(partition);
                }
            }
        }
    }

    /// <summary>
    /// Moves partitions from who has most to who has least, topic by topic, until no move makes it more even. Each move makes the
    /// sum of the squares of the shares smaller, so it ends.
    /// </summary>
    private static void Balance(Share[] shares, IReadOnlyDictionary<Uuid, int> partitionCounts)
    {
        var hasMoved = true;
        while (hasMoved)
        {
            hasMoved = false;
            foreach (var topic in partitionCounts.Keys.Order())
            {
                var subscribers = SubscribersOf(shares, topic);
                while (TryMove(subscribers, topic))
                {
                    hasMoved = true;
                }
            }
        }
    }

    private static bool TryMove(Share[] subscribers, Uuid topic)
    {
        var least = subscribers.MinBy(share => share.Partitions.Count);
        var most = subscribers.Where(share => share.HasAnyOf(topic)).MaxBy(share => share.Partitions.Count);
        if (least is null || most is null || most.Partitions.Count - least.Partitions.Count <= 1)
        {
            return false;
        }

        Mark.Hit("uniform-assignor.moved-to-balance");
        var partition = most.Partitions.Last(candidate => candidate.TopicId == topic);
        most.Partitions.Remove(partition);
        least.Partitions.Add(partition);
        return true;
    }

    private static Share[] SubscribersOf(Share[] shares, Uuid topic) => [.. shares.Where(share => share.Member.Topics.Contains(topic))];

    private sealed class Share(AssignorMember member)
    {
        internal AssignorMember Member => member;

        internal SortedSet<TopicIdPartition> Partitions { get; } = [];

        internal bool HasAnyOf(Uuid topic) => Partitions.Any(partition => partition.TopicId == topic);
    }
}
