using System.Collections.Immutable;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups;
using Deterministic.Server.Groups.Consumers;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Tests.Groups.Consumers;

/// <summary>A coordinator and the verbs of members of the consumer protocol. Partitions read as <c>orders-0</c>.</summary>
public sealed class ConsumerGroupContext
{
    private readonly GroupConfig _config;

    public ConsumerGroupContext(GroupConfig? config = null)
    {
        _config = config ?? new GroupConfig { InitialRebalanceDelayMs = 0, ConsumerAssignmentIntervalMs = new BoundedMs(0, 0, 0) };
        Base = new GroupCoordinatorContext(_config);
    }

    public GroupCoordinatorContext Base { get; }

    public ConsumerGroup Group(string groupId) => Base.Group(groupId)!.Consumer!;

    public ConsumerMember Member(string groupId, string memberId) => Group(groupId).Member(memberId)!;

    /// <summary>Joins, and answers with what Kafka's client would be told.</summary>
    public ConsumerGroupHeartbeatResponse Join(
        string groupId, string memberId, string[]? topics = null, string? regex = null, string? instance = null, string? assignor = null,
        int rebalanceTimeoutMs = 60_000) =>
        Send(new ConsumerGroupHeartbeatRequest
        {
            GroupId = groupId,
            MemberId = memberId,
            MemberEpoch = ConsumerMember.JoinEpoch,
            InstanceId = instance,
            RebalanceTimeoutMs = rebalanceTimeoutMs,
            SubscribedTopicNames = topics is null && regex is not null ? Seq<Text>.Null : Seq<Text>.Of((topics ?? ["orders"]).Select(Text.Of)),
            SubscribedTopicRegex = regex,
            ServerAssignor = assignor,
            TopicPartitions = default,
        });

    /// <summary>Beats; <paramref name="owned"/> as <c>orders-0 orders-1</c>, null when the client does not say.</summary>
    public ConsumerGroupHeartbeatResponse Beat(
        string groupId, string memberId, int epoch, string? owned = null, string? instance = null, string[]? topics = null, string? regex = null) =>
        Send(new ConsumerGroupHeartbeatRequest
        {
            GroupId = groupId,
            MemberId = memberId,
            MemberEpoch = epoch,
            InstanceId = instance,
            SubscribedTopicNames = topics is null ? Seq<Text>.Null : Seq<Text>.Of(topics.Select(Text.Of)),
            SubscribedTopicRegex = regex,
            TopicPartitions = owned is null ? Seq<ConsumerGroupHeartbeatRequest.OwnedTopicPartitions>.Null : OwnedOf(owned),
        });

    public ConsumerGroupHeartbeatResponse Leave(string groupId, string memberId, int epoch = ConsumerMember.LeaveEpoch, string? instance = null) =>
        Send(new ConsumerGroupHeartbeatRequest { GroupId = groupId, MemberId = memberId, MemberEpoch = epoch, InstanceId = instance });

    public ConsumerGroupHeartbeatResponse Send(ConsumerGroupHeartbeatRequest request, short version = 1) => Begin(request, version).Value;

    public Answer<ConsumerGroupHeartbeatResponse> Begin(ConsumerGroupHeartbeatRequest request, short version = 1)
    {
        var answer = new Answer<ConsumerGroupHeartbeatResponse>();
        Base.Do(() => Base.Coordinator.ConsumerHeartbeat(
            GroupCoordinatorContext.Partition, request, GroupCoordinatorContext.ClientOf(version), answer.Set));
        return answer;
    }

    /// <summary>What a member was told: <c>epoch 2: orders-0 orders-1</c>, <c>epoch 2</c> without an assignment, or the error.</summary>
    public string Read(ConsumerGroupHeartbeatResponse response)
    {
        if (response.ErrorCode != 0)
        {
            return ((ErrorCode)response.ErrorCode).ToString();
        }

        var epoch = $"epoch {response.MemberEpoch}";
        if (!response.Assignment.HasValue)
        {
            return epoch;
        }

        var partitions = new List<string>();
        foreach (var topic in response.Assignment.Value.TopicPartitions)
        {
            partitions.AddRange(topic.Partitions.ToArray().Select(partition => NameOf(new TopicIdPartition(topic.TopicId, partition))));
        }

        return $"{epoch}: {string.Join(' ', partitions)}".TrimEnd();
    }

    public string Assigned(string groupId, string memberId) => string.Join(' ', Member(groupId, memberId).Assigned.Keys.Select(NameOf));

    public string Target(string groupId, string memberId) => string.Join(' ', Group(groupId).TargetOf(memberId).Select(NameOf));

    public ErrorCode Delete(string groupId)
    {
        var answer = new Answer<ErrorCode>();
        Base.Do(() => Base.Coordinator.DeleteGroup(GroupCoordinatorContext.Partition, groupId, answer.Set));
        return answer.Value;
    }

    public string NameOf(TopicIdPartition partition)
    {
        Assert.True(Base.Topics.TryFind(partition.TopicId, out var name, out _) || name.Length == 0);
        return $"{(name.Length > 0 ? name : "gone")}-{partition.PartitionId}";
    }

    public ImmutableSortedSet<TopicIdPartition> Partitions(string names) => [.. names
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(name => new TopicIdPartition(Base.Topics.IdOf(name[..name.LastIndexOf('-')]), int.Parse(name[(name.LastIndexOf('-') + 1)..])))];

    private Seq<ConsumerGroupHeartbeatRequest.OwnedTopicPartitions> OwnedOf(string names)
    {
        var topics = new Seq<ConsumerGroupHeartbeatRequest.OwnedTopicPartitions>();
        foreach (var topic in Partitions(names).GroupBy(partition => partition.TopicId))
        {
            topics.Add(new() { TopicId = topic.Key, Partitions = Seq<int>.Of(topic.Select(partition => partition.PartitionId)) });
        }

        return topics;
    }
}
