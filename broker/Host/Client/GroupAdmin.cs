using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Host.Client;

/// <summary>Asks coordinators about groups. Lives for one command.</summary>
internal sealed class GroupAdmin(KafkaClient client)
{
    private const string ConsumerProtocol = "consumer";

    /// <summary>The groups of all brokers, by name.</summary>
    public async Task<IReadOnlyList<ListGroupsResponse.ListedGroup>> ListAsync(CancellationToken cancellation)
    {
        var metadata = await client.MetadataAsync([], cancellation);
        var groups = new List<ListGroupsResponse.ListedGroup>();
        foreach (var broker in metadata.Brokers.ToArray())
        {
            var connection = await client.NodeAsync(broker.NodeId, cancellation);
            var response = await connection.SendAsync<ListGroupsRequest, ListGroupsResponse>(new ListGroupsRequest(), cancellation);
            KafkaClientException.ThrowOn(response.ErrorCode, $"Groups of broker {broker.NodeId}");
            groups.AddRange(response.Groups.ToArray());
        }

        return groups.OrderBy(group => group.GroupId.ToString(), StringComparer.Ordinal).ToArray();
    }

    /// <summary>State and members of a group.</summary>
    public async Task<DescribedGroup> DescribeAsync(string groupId, CancellationToken cancellation)
    {
        var connection = await client.CoordinatorAsync(groupId, cancellation);
        var request = new DescribeGroupsRequest { Groups = Seq<Text>.Of((Text)groupId) };
        var response = await connection.SendAsync<DescribeGroupsRequest, DescribeGroupsResponse>(request, cancellation);
        var group = response.Groups[0];
        KafkaClientException.ThrowOn(group.ErrorCode, $"Group {groupId}", group.ErrorMessage.AsString());
        if (group.GroupState.ToString() == "Dead")
        {
            throw new KafkaClientException(
                $"Consumer group '{groupId}' does not exist; deterministic groups --list shows those that do", ErrorCode.GroupIdNotFound);
        }

        var isConsumer = group.ProtocolType.ToString() == ConsumerProtocol;
        var members = Array.ConvertAll(group.Members.ToArray(), member => new DescribedMember(
            member.MemberId.ToString(), member.ClientHost.ToString(), member.ClientId.ToString(),
            isConsumer ? ConsumerProtocolCodec.DecodeAssignment(member.MemberAssignment) : []));
        return new DescribedGroup(group.GroupState.ToString(), group.ProtocolData.ToString(), members);
    }

    /// <summary>The committed offsets of a group; partitions without one are left out.</summary>
    public async Task<Dictionary<TopicAndPartition, long>> CommittedAsync(string groupId, CancellationToken cancellation)
    {
        var request = new OffsetFetchRequest
        {
            GroupId = groupId, Topics = Seq<OffsetFetchRequest.OffsetFetchRequestTopic>.Null,
            Groups = Seq<OffsetFetchRequest.OffsetFetchRequestGroup>.Of(new OffsetFetchRequest.OffsetFetchRequestGroup
            {
                GroupId = groupId, Topics = Seq<OffsetFetchRequest.OffsetFetchRequestTopics>.Null,
            }),
        };
        var connection = await client.CoordinatorAsync(groupId, cancellation);
        var response = await connection.SendAsync<OffsetFetchRequest, OffsetFetchResponse>(
            request, cancellation, KafkaClient.OffsetsVersionMax);
        KafkaClientException.ThrowOn(response.ErrorCode, $"Offsets of group {groupId}");
        var committed = new Dictionary<TopicAndPartition, long>();
        foreach (var group in response.Groups.ToArray())
        {
            KafkaClientException.ThrowOn(group.ErrorCode, $"Offsets of group {groupId}");
            foreach (var topic in group.Topics.ToArray())
            {
                foreach (var partition in topic.Partitions.ToArray().Where(partition => partition.CommittedOffset >= 0))
                {
                    committed[new TopicAndPartition(topic.Name.ToString(), partition.PartitionIndex)] = partition.CommittedOffset;
                }
            }
        }

        return committed;
    }
}
