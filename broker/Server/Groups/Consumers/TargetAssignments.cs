using System.Collections.Immutable;
using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Server.Groups.Assignors;

namespace Deterministic.Server.Groups.Consumers;

/// <summary>Makes the target assignment of a group. Owned by the coordinator of its shard.</summary>
internal sealed class TargetAssignments(Shard shard, GroupConfig config, IGroupSettings settings, IGroupTopics topics)
{
    /// <summary>
    /// A new target when the group's epoch is ahead of it; put off while the last one is younger than
    /// <c>group.consumer.assignment.interval.ms</c>, so that many members that come at once cost few assignments (KIP-1263).
    /// </summary>
    internal void MaybeAssign(ConsumerDraft draft)
    {
        var group = draft.Group;
        if (group.GroupEpoch <= group.TargetEpoch || group.Members.IsEmpty)
        {
            return;
        }

        var sinceMs = shard.WallClockMs - group.TargetTimestampMs;
        if (group.TargetTimestampMs > 0 && sinceMs >= 0 && sinceMs < config.AssignmentIntervalMsOf(draft.GroupId, settings))
        {
            Mark.Hit("consumer-group.assignment-put-off");
            return;
        }

        var target = AssignorOf(group).Assign([.. group.Members.Values.Select(member => Describe(group, member))], PartitionCountsOf(group));
        foreach (var (memberId, _) in group.Members)
        {
            var partitions = target[memberId];
            if (!group.Targets.TryGetValue(memberId, out var old) || !old.SetEquals(partitions))
            {
                draft.Add(ConsumerRecords.TargetMember(draft.GroupId, memberId, partitions));
            }
        }

        draft.Add(ConsumerRecords.TargetEpoch(draft.GroupId, group.GroupEpoch, shard.WallClockMs));
    }

    /// <summary>The assignor that most members want; the first of <c>group.consumer.assignors</c> when none wants any.</summary>
    internal IConsumerAssignor AssignorOf(ConsumerGroup group)
    {
        var wanted = group.Members.Values
            .Where(member => !member.ServerAssignor.IsNullOrEmpty)
            .GroupBy(member => member.ServerAssignor.ToString(), StringComparer.Ordinal)
            .Select(votes => (Assignor: ConsumerAssignors.Find(votes.Key), Count: votes.Count()))
            .Where(votes => votes.Assignor is not null)
            .ToArray();
        return wanted.Length > 0 ? wanted.MaxBy(votes => votes.Count).Assignor! : config.ConsumerAssignors[0];
    }

    private AssignorMember Describe(ConsumerGroup group, ConsumerMember member)
    {
        var ids = ImmutableSortedSet.CreateBuilder<Uuid>();
        foreach (var name in group.TopicsOf(member))
        {
            if (topics.TryFind(name.ToString(), out var id, out _))
            {
                ids.Add(id);
            }
        }

        return new AssignorMember(member.MemberId, member.InstanceId, ids.ToImmutable(), group.TargetOf(member.MemberId));
    }

    private SortedDictionary<Uuid, int> PartitionCountsOf(ConsumerGroup group)
    {
        var counts = new SortedDictionary<Uuid, int>();
        foreach (var name in group.SubscribedTopics())
        {
            if (topics.TryFind(name.ToString(), out var id, out var partitionCount))
            {
                counts[id] = partitionCount;
            }
        }

        return counts;
    }
}
