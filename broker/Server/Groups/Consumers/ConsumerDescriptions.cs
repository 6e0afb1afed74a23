using Deterministic.Protocol;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Replication;
using Assignment = Deterministic.Protocol.Apis.ConsumerGroupDescribeResponse.DescribedGroup.Member.MemberAssignment;
using Described = Deterministic.Protocol.Apis.ConsumerGroupDescribeResponse.DescribedGroup;

namespace Deterministic.Server.Groups.Consumers;

/// <summary>What administrators see of groups of the consumer protocol. Owned by the coordinator of its shard.</summary>
internal sealed class ConsumerDescriptions(IGroupTopics topics, TargetAssignments targets)
{
    private const sbyte ClassicMember = 0;
    private const sbyte ConsumerProtocolMember = 1;

    internal static Described Failed(Text groupId, ErrorCode error, Text message) =>
        new() { GroupId = groupId, ErrorCode = (short)error, ErrorMessage = message };

    internal Described Describe(ClassicGroup? group, Text groupId)
    {
        if (group?.Consumer is not { } consumer)
        {
            var message = group is null ? $"Group {groupId} not found." : $"Group {groupId} is not a consumer group.";
            return Failed(groupId, ErrorCode.GroupIdNotFound, message);
        }

        var answer = new Described
        {
            GroupId = groupId,
            GroupState = consumer.State.ToString(),
            GroupEpoch = consumer.GroupEpoch,
            AssignmentEpoch = consumer.TargetEpoch,
            AssignorName = targets.AssignorOf(consumer).Name,
        };
        foreach (var (_, member) in consumer.Members)
        {
            answer.Members.Add(new Described.Member
            {
                MemberId = member.MemberId,
                InstanceId = member.InstanceId,
                RackId = member.RackId,
                MemberEpoch = member.MemberEpoch,
                ClientId = member.ClientId,
                ClientHost = member.ClientHost,
                SubscribedTopicNames = Seq<Text>.Of(member.SubscribedTopicNames),
                SubscribedTopicRegex = member.HasRegex ? member.SubscribedTopicRegex : Text.Empty,
                Assignment = AssignmentOf(member.Assigned.Keys.Concat(member.PendingRevocation.Keys)),
                TargetAssignment = AssignmentOf(consumer.TargetOf(member.MemberId)),
                MemberType = member.Classic is null ? ConsumerProtocolMember : ClassicMember,
            });
        }

        return answer;
    }

    private Assignment AssignmentOf(IEnumerable<TopicIdPartition> partitions)
    {
        var assignment = new Assignment();
        foreach (var topic in partitions.Order().GroupBy(partition => partition.TopicId))
        {
            if (topics.TryFind(topic.Key, out var name, out _))
            {
                assignment.TopicPartitions.Add(new Assignment.AssignedTopicPartitions
                {
                    TopicId = topic.Key, TopicName = name, Partitions = Seq<int>.Of(topic.Select(partition => partition.PartitionId)),
                });
            }
        }

        return assignment;
    }
}
