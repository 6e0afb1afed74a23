using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups;
using Deterministic.Server.Groups.Consumers;
using Deterministic.Server.Replication;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// What must hold of a group of the consumer protocol: a partition is in at most one member's hands, no member is ahead of the
/// group, the target shares out every subscribed partition once, and every member's silence will be noticed. Stateless.
/// </summary>
internal static class ConsumerGroupProblems
{
    internal static string? Of(ClassicGroup group, ConsumerGroup consumer, IGroupTopics topics) =>
        group.Members.Count > 0 ? "it has members of both protocols' state machines"
        : consumer.TargetEpoch > consumer.GroupEpoch ? $"its target is of epoch {consumer.TargetEpoch}, ahead of {consumer.GroupEpoch}"
        : OfOwners(consumer) ?? OfMembers(group, consumer) ?? OfTarget(group, consumer, topics);

    private static string? OfMembers(ClassicGroup group, ConsumerGroup consumer)
    {
        foreach (var (id, member) in consumer.Members)
        {
            var isArmed = group.Timers.TryGetValue(id, out var timers) && timers.Session is { IsCancelled: false };
            var problem = member.MemberId != id ? "is listed as another"
                : member.MemberEpoch > consumer.GroupEpoch ? "is ahead of the group"
                : !member.PendingRevocation.IsEmpty && member.State != MemberState.UnrevokedPartitions ? "gives partitions up in a state without revocation"
                : !member.InstanceId.IsNull && consumer.StaticMember(member.InstanceId)?.MemberId != id ? "does not hold its instance id"
                : !isArmed && !group.Line.IsBusy ? "has no session that could end"
                : null;
            if (problem is not null)
            {
                return $"member {id} {problem}: {ConsumerGroupText.Of(consumer)}";
            }
        }

        return null;
    }

    private static string? OfOwners(ConsumerGroup consumer)
    {
        var owners = new Dictionary<TopicIdPartition, Text>();
        foreach (var (id, member) in consumer.Members)
        {
            foreach (var (partition, _) in member.Assigned.Concat(member.PendingRevocation))
            {
                if (!owners.TryAdd(partition, id))
                {
                    return $"{partition} is in the hands of {owners[partition]} and of {id}: {ConsumerGroupText.Of(consumer)}";
                }
            }
        }

        return owners.Count == consumer.Owners.Count && owners.All(pair => consumer.Owners.TryGetValue(pair.Key, out var owner) && owner == pair.Value)
            ? null
            : $"it takes {string.Join(' ', consumer.Owners)} for the owners: {ConsumerGroupText.Of(consumer)}";
    }

    private static string? OfTarget(ClassicGroup group, ConsumerGroup consumer, IGroupTopics topics)
    {
        var given = new HashSet<TopicIdPartition>();
        foreach (var (id, _) in consumer.Members)
        {
            foreach (var partition in consumer.TargetOf(id))
            {
                if (!given.Add(partition))
                {
                    return $"the target gives {partition} twice: {ConsumerGroupText.Of(consumer)}";
                }
            }
        }

        var subscribed = consumer.SubscribedTopics();
        var isCurrent = consumer.TargetEpoch == consumer.GroupEpoch && !consumer.Members.IsEmpty && consumer.MetadataHash == TopicsHash.Of(subscribed, topics);
        foreach (var topic in isCurrent ? subscribed : [])
        {
            for (var i = 0; topics.TryFind(topic.ToString(), out var id, out var count) && i < count; i++)
            {
                if (!given.Contains(new TopicIdPartition(id, i)))
                {
                    return $"the target gives {topic}-{i} to nobody: {ConsumerGroupText.Of(consumer)}";
                }
            }
        }

        return group.Line.WaitingCount > 0 && !group.Line.IsBusy ? "requests wait for nothing" : null;
    }
}
