using System.Collections.Immutable;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Groups.Consumers;

/// <summary>Builds answers to members of the consumer protocol. Stateless.</summary>
internal static class ConsumerAnswers
{
    internal static ConsumerGroupHeartbeatResponse Refused(ErrorCode error, string? message = null) =>
        new() { ErrorCode = (short)error, ErrorMessage = message };

    internal static ConsumerGroupHeartbeatResponse Refused(GroupRefusal refusal) => Refused(refusal.Error, refusal.Message);

    /// <summary>A member's assignment, as a heartbeat tells it.</summary>
    internal static ConsumerGroupHeartbeatResponse.MemberAssignment AssignmentOf(ImmutableSortedDictionary<TopicIdPartition, int> partitions)
    {
        var assignment = new ConsumerGroupHeartbeatResponse.MemberAssignment();
        foreach (var (partition, _) in partitions)
        {
            ref var list = ref assignment.TopicPartitions;
            if (list.Count == 0 || list[^1].TopicId != partition.TopicId)
            {
                list.Add(new ConsumerGroupHeartbeatResponse.MemberAssignment.AssignedTopicPartitions { TopicId = partition.TopicId });
            }

            list[^1].Partitions.Add(partition.PartitionId);
        }

        return assignment;
    }

    /// <summary>What a client says it owns; null when it does not say.</summary>
    internal static IReadOnlySet<TopicIdPartition>? OwnedOf(Seq<ConsumerGroupHeartbeatRequest.OwnedTopicPartitions> topics)
    {
        if (topics.IsNull)
        {
            return null;
        }

        var owned = new HashSet<TopicIdPartition>();
        foreach (var topic in topics)
        {
            foreach (var partition in topic.Partitions)
            {
                owned.Add(new TopicIdPartition(topic.TopicId, partition));
            }
        }

        return owned;
    }
}
