using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Host.Client;

/// <summary>Asks coordinators about groups and changes them. Lives for one command.</summary>
internal sealed class GroupAdmin(KafkaClient client)
{
    private const string ConsumerProtocol = "consumer";

    /// <summary>The groups of all brokers in these states and of these types (all of them when a list is empty), by name.</summary>
    public async Task<IReadOnlyList<ListGroupsResponse.ListedGroup>> ListAsync(
        CancellationToken cancellation, IReadOnlyList<string>? states = null, IReadOnlyList<string>? types = null)
    {
        var metadata = await client.MetadataAsync([], cancellation);
        var request = new ListGroupsRequest
        {
            StatesFilter = Seq<Text>.Of((states ?? []).Select(Text.Of)), TypesFilter = Seq<Text>.Of((types ?? []).Select(Text.Of)),
        };
        var groups = new List<ListGroupsResponse.ListedGroup>();
        foreach (var broker in metadata.Brokers.ToArray())
        {
            var connection = await client.NodeAsync(broker.NodeId, cancellation);
            var response = await connection.SendAsync<ListGroupsRequest, ListGroupsResponse>(request, cancellation);
            KafkaClientException.ThrowOn(response.ErrorCode, $"Groups of broker {broker.NodeId}");
            groups.AddRange(response.Groups.ToArray());
        }

        return groups.OrderBy(group => group.GroupId.ToString(), StringComparer.Ordinal).ToArray();
    }

    /// <summary>State and members of a group of either protocol.</summary>
    /// <exception cref="KafkaClientException">There is no such group.</exception>
    public async Task<DescribedGroup> DescribeAsync(string groupId, CancellationToken cancellation) =>
        await FindAsync(groupId, cancellation) ?? throw new KafkaClientException(
            $"Consumer group '{groupId}' does not exist; deterministic groups --list shows those that do", ErrorCode.GroupIdNotFound);

    /// <summary>State and members of a group of either protocol, or null when there is none.</summary>
    public async Task<DescribedGroup?> FindAsync(string groupId, CancellationToken cancellation) =>
        await DescribeConsumerAsync(groupId, cancellation) ?? await DescribeClassicAsync(groupId, cancellation);

    /// <summary>The committed offsets of a group; partitions without one are left out.</summary>
    public async Task<Dictionary<TopicAndPartition, CommittedOffset>> CommittedAsync(string groupId, CancellationToken cancellation)
    {
        var request = new OffsetFetchRequest
        {
            GroupId = groupId, Topics = Seq<OffsetFetchRequest.OffsetFetchRequestTopic>.Null,
            Groups = Seq<OffsetFetchRequest.OffsetFetchRequestGroup>.Of(new OffsetFetchRequest.OffsetFetchRequestGroup
            {
                GroupId = groupId, Topics = Seq<OffsetFetchRequest.OffsetFetchRequestTopics>.Null,
            }),
        };
        var response = await AskAsync<OffsetFetchRequest, OffsetFetchResponse>(
            groupId, request, answer => answer.Groups.Count > 0 ? answer.Groups[0].ErrorCode : answer.ErrorCode, cancellation,
            KafkaClient.OffsetsVersionMax);
        KafkaClientException.ThrowOn(response.ErrorCode, $"Offsets of group {groupId}");
        var committed = new Dictionary<TopicAndPartition, CommittedOffset>();
        foreach (var group in response.Groups.ToArray())
        {
            KafkaClientException.ThrowOn(group.ErrorCode, $"Offsets of group {groupId}");
            foreach (var topic in group.Topics.ToArray())
            {
                foreach (var partition in topic.Partitions.ToArray().Where(partition => partition.CommittedOffset >= 0))
                {
                    committed[new TopicAndPartition(topic.Name.ToString(), partition.PartitionIndex)] = new CommittedOffset(
                        partition.CommittedOffset, partition.CommittedLeaderEpoch >= 0 ? partition.CommittedLeaderEpoch : null);
                }
            }
        }

        return committed;
    }

    /// <summary>Commits offsets for a group that has no members.</summary>
    /// <exception cref="KafkaClientException">An offset was not committed.</exception>
    public async Task CommitAsync(string groupId, IReadOnlyDictionary<TopicAndPartition, long> offsets, CancellationToken cancellation)
    {
        var request = new OffsetCommitRequest { GroupId = groupId, MemberId = "" };
        foreach (var topic in offsets.GroupBy(pair => pair.Key.Topic, StringComparer.Ordinal))
        {
            request.Topics.Add(new OffsetCommitRequest.OffsetCommitRequestTopic
            {
                Name = topic.Key,
                Partitions = Seq<OffsetCommitRequest.OffsetCommitRequestPartition>.Of(topic.Select(
                    pair => new OffsetCommitRequest.OffsetCommitRequestPartition
                    {
                        PartitionIndex = pair.Key.Partition, CommittedOffset = pair.Value, CommittedMetadata = "",
                    })),
            });
        }

        var response = await AskAsync<OffsetCommitRequest, OffsetCommitResponse>(
            groupId, request, answer => answer.Topics.Count > 0 ? answer.Topics[0].Partitions[0].ErrorCode : (short)0, cancellation,
            KafkaClient.OffsetsVersionMax);
        foreach (var topic in response.Topics.ToArray())
        {
            foreach (var partition in topic.Partitions.ToArray())
            {
                KafkaClientException.ThrowOn(
                    partition.ErrorCode, $"The offset of group {groupId} for {topic.Name}-{partition.PartitionIndex} was not changed");
            }
        }
    }

    /// <summary>Deletes a group with its offsets; what the coordinator answers.</summary>
    public async Task<ErrorCode> DeleteAsync(string groupId, CancellationToken cancellation)
    {
        var response = await AskAsync<DeleteGroupsRequest, DeleteGroupsResponse>(
            groupId, new DeleteGroupsRequest { GroupsNames = Seq<Text>.Of((Text)groupId) }, answer => answer.Results[0].ErrorCode, cancellation);
        return (ErrorCode)response.Results[0].ErrorCode;
    }

    /// <summary>Deletes committed offsets; what the coordinator answers for all of them, and for each.</summary>
    public async Task<(ErrorCode Error, IReadOnlyDictionary<TopicAndPartition, ErrorCode> Partitions)> DeleteOffsetsAsync(
        string groupId, IEnumerable<TopicAndPartition> partitions, CancellationToken cancellation)
    {
        var request = new OffsetDeleteRequest { GroupId = groupId };
        foreach (var topic in partitions.GroupBy(partition => partition.Topic, StringComparer.Ordinal))
        {
            request.Topics.Add(new OffsetDeleteRequest.OffsetDeleteRequestTopic
            {
                Name = topic.Key,
                Partitions = Seq<OffsetDeleteRequest.OffsetDeleteRequestTopic.OffsetDeleteRequestPartition>.Of(topic.Select(
                    partition => new OffsetDeleteRequest.OffsetDeleteRequestTopic.OffsetDeleteRequestPartition { PartitionIndex = partition.Partition })),
            });
        }

        var response = await AskAsync<OffsetDeleteRequest, OffsetDeleteResponse>(groupId, request, answer => answer.ErrorCode, cancellation);
        var errors = new Dictionary<TopicAndPartition, ErrorCode>();
        foreach (var topic in response.Topics.ToArray())
        {
            foreach (var partition in topic.Partitions.ToArray())
            {
                errors[new TopicAndPartition(topic.Name.ToString(), partition.PartitionIndex)] = (ErrorCode)partition.ErrorCode;
            }
        }

        return ((ErrorCode)response.ErrorCode, errors);
    }

    private async Task<DescribedGroup?> DescribeConsumerAsync(string groupId, CancellationToken cancellation)
    {
        ConsumerGroupDescribeResponse.DescribedGroup group;
        try
        {
            var request = new ConsumerGroupDescribeRequest { GroupIds = Seq<Text>.Of((Text)groupId) };
            var response = await AskAsync<ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse>(
                groupId, request, answer => answer.Groups[0].ErrorCode, cancellation);
            group = response.Groups[0];
        }
        catch (KafkaClientException e) when (e.Code == ErrorCode.UnsupportedVersion)
        {
            return null; // A broker that knows the classic protocol alone.
        }

        if ((ErrorCode)group.ErrorCode is ErrorCode.GroupIdNotFound or ErrorCode.UnsupportedVersion)
        {
            return null;
        }

        KafkaClientException.ThrowOn(group.ErrorCode, $"Group {groupId}", group.ErrorMessage.AsString());
        var coordinator = await client.FindCoordinatorAsync(CoordinatorKind.Group, groupId, cancellation);
        var members = Array.ConvertAll(group.Members.ToArray(), member => new DescribedMember(
            member.MemberId.ToString(), member.InstanceId.AsString(), member.ClientHost.ToString(), member.ClientId.ToString(),
            PartitionsOf(member.Assignment), member.MemberEpoch, PartitionsOf(member.TargetAssignment)));
        return new DescribedGroup(group.GroupState.ToString(), group.AssignorName.ToString(), coordinator, group.GroupEpoch, group.AssignmentEpoch, members);
    }

    private async Task<DescribedGroup?> DescribeClassicAsync(string groupId, CancellationToken cancellation)
    {
        var request = new DescribeGroupsRequest { Groups = Seq<Text>.Of((Text)groupId) };
        var response = await AskAsync<DescribeGroupsRequest, DescribeGroupsResponse>(
            groupId, request, answer => answer.Groups[0].ErrorCode, cancellation);
        var group = response.Groups[0];
        if ((ErrorCode)group.ErrorCode == ErrorCode.GroupIdNotFound || (group.ErrorCode == 0 && group.GroupState.ToString() == DescribedGroup.Dead))
        {
            return null;
        }

        KafkaClientException.ThrowOn(group.ErrorCode, $"Group {groupId}", group.ErrorMessage.AsString());
        var coordinator = await client.FindCoordinatorAsync(CoordinatorKind.Group, groupId, cancellation);
        var isConsumer = group.ProtocolType.ToString() == ConsumerProtocol;
        var members = Array.ConvertAll(group.Members.ToArray(), member => new DescribedMember(
            member.MemberId.ToString(), member.GroupInstanceId.AsString(), member.ClientHost.ToString(), member.ClientId.ToString(),
            isConsumer ? ConsumerProtocolCodec.DecodeAssignment(member.MemberAssignment) : []));
        return new DescribedGroup(group.GroupState.ToString(), group.ProtocolData.ToString(), coordinator, null, null, members);
    }

    private static List<TopicAndPartition> PartitionsOf(ConsumerGroupDescribeResponse.DescribedGroup.Member.MemberAssignment assignment)
    {
        var partitions = new List<TopicAndPartition>();
        foreach (var topic in assignment.TopicPartitions)
        {
            foreach (var partition in topic.Partitions)
            {
                partitions.Add(new TopicAndPartition(topic.TopicName.ToString(), partition));
            }
        }

        return partitions;
    }

    private Task<TResponse> AskAsync<TRequest, TResponse>(
        string groupId, TRequest request, Func<TResponse, short> errorOf, CancellationToken cancellation, short versionMax = short.MaxValue)
        where TRequest : struct, IRequest
        where TResponse : struct, IMessage =>
        client.AskCoordinatorAsync(CoordinatorKind.Group, groupId, request, errorOf, cancellation, versionMax);
}
