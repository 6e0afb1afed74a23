using Deterministic.Protocol.Stored;
using Deterministic.Protocol.Stored.Control;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Composition;
using Deterministic.Server.Groups;
using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// A group is in the partition that its id hashes to; its counts, leader, static members and state fit its members; and in a
/// generation that is stable every partition has at most one owner.
/// </summary>
internal sealed class GroupsAreSound(World world) : IInvariant
{
    /// <inheritdoc/>
    public string Name => "groups-sound";

    /// <inheritdoc/>
    public void Inspect(Inspection inspection)
    {
        foreach (var (log, partition) in inspection.GroupPartitions())
        {
            var topics = new ImageGroupTopics(inspection.Parts.Shards[log.Log!.Group.Shard.Id.Value]);
            var count = inspection.Parts.Shards[0].Image.FindTopic(log.Id.TopicId)?.Partitions.Length ?? 0;
            foreach (var (id, group) in partition.Groups)
            {
                var problem = count > 0 && JavaHash.PartitionOf(id, count) != partition.Index ? $"it belongs in partition {JavaHash.PartitionOf(id, count)}"
                    : (group.Consumer is { } consumer ? ConsumerGroupProblems.Of(group, consumer, topics) : null) ?? ProblemOfMembers(group) ?? ProblemOfSize(group, inspection.Parts.Shards[0].Config.GroupMaxSize) ?? ProblemOfOwners(group);
                if (problem is not null)
                {
                    world.Fail(Name, $"{log}: group {id}, {group.State}, generation {group.GenerationId}, {group.Members.Count} members: {problem}");
                }
            }
        }
    }

    private static string? ProblemOfMembers(ClassicGroup group)
    {
        var waiting = 0;
        foreach (var (id, member) in group.Members)
        {
            waiting += member.AwaitingJoin is null ? 0 : 1;
            if (member.MemberId != id || (member.IsStatic && !ReferenceEquals(group.StaticMember(member.InstanceId), member)))
            {
                return $"member {id} is listed as {member.MemberId}, instance {member.InstanceId}";
            }

            if (member.AwaitingJoin is not null && member.AwaitingSync is not null)
            {
                return $"member {id} waits for a join and a sync";
            }

            if (group.State is ClassicGroupState.Stable or ClassicGroupState.CompletingRebalance && !member.Supports(group.ProtocolName))
            {
                return $"member {id} does not speak {group.ProtocolName}";
            }
        }

        if (waiting != group.AwaitingJoinCount)
        {
            return $"{waiting} members wait for the join, {group.AwaitingJoinCount} are counted";
        }

        if (group.State is ClassicGroupState.Empty or ClassicGroupState.Dead ? group.Members.Count > 0 : group.Members.Count == 0 && group.State != ClassicGroupState.PreparingRebalance)
        {
            return "the state does not fit the members";
        }

        return group.LeaderId.IsNull ? group.Members.Count == 0 ? null : "nobody leads"
            : group.Member(group.LeaderId) is null ? $"its leader {group.LeaderId} is no member" : null;
    }

    /// <summary>Static members that did not come back to a rebalance stay beyond the limit, as Kafka's do.</summary>
    private static string? ProblemOfSize(ClassicGroup group, int max)
    {
        var dynamicMembers = group.Members.Values.Count(member => !member.IsStatic);
        return group.State is ClassicGroupState.Stable or ClassicGroupState.CompletingRebalance && dynamicMembers > max
            ? $"{dynamicMembers} dynamic members; group.max.size is {max}" : null;
    }

    private static string? ProblemOfOwners(ClassicGroup group)
    {
        if (group.State != ClassicGroupState.Stable || !group.IsConsumerProtocol)
        {
            return null;
        }

        var owners = new Dictionary<(Text Topic, int Partition), Text>();
        foreach (var (id, member) in group.Members)
        {
            foreach (var owned in PartitionsOf(member.Assignment))
            {
                if (!owners.TryAdd(owned, id))
                {
                    return $"{owned.Topic}-{owned.Partition} is owned by {owners[owned]} and by {id}";
                }
            }
        }

        return null;
    }

    /// <summary>What an assignment gives; nothing when the client wrote what only it understands.</summary>
    private static List<(Text Topic, int Partition)> PartitionsOf(Blob assignment)
    {
        var owned = new List<(Text, int)>();
        try
        {
            if (assignment.Bytes.Length > GroupRecords.FrameBytes)
            {
                var decoded = StoredCodec.Decode<ConsumerProtocolAssignment>(assignment.Bytes[GroupRecords.FrameBytes..], 0, out _);
                foreach (var topic in decoded.AssignedPartitions)
                {
                    foreach (var partition in topic.Partitions)
                    {
                        owned.Add((topic.Topic, partition));
                    }
                }
            }
        }
        catch (MalformedMessageException)
        {
            owned.Clear();
        }

        return owned;
    }
}
