using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Connections;
using Deterministic.Server.Controller;

namespace Deterministic.Server.Handlers;

/// <summary>DescribeQuorum (55): leader, epoch and voters of the metadata log, the only partition that there is here. Lives as long as its shard.</summary>
internal sealed class DescribeQuorumHandler(IControllerClient controller) : IRequestHandler<DescribeQuorumRequest, DescribeQuorumResponse>
{
    /// <inheritdoc/>
    public async ValueTask<DescribeQuorumResponse> HandleAsync(DescribeQuorumRequest request, RequestContext context)
    {
        if (!IsTheOne(request))
        {
            return Refuse(request);
        }

        var quorum = await controller.DescribeQuorumAsync();
        var partition = new DescribeQuorumResponse.PartitionData
        {
            LeaderId = quorum.LeaderId,
            LeaderEpoch = quorum.LeaderEpoch,
            HighWatermark = quorum.HighWatermark,
        };
        var response = new DescribeQuorumResponse();
        foreach (var voter in quorum.Voters)
        {
            partition.CurrentVoters.Add(new DescribeQuorumResponse.ReplicaState
            {
                ReplicaId = voter.NodeId,
                ReplicaDirectoryId = voter.DirectoryId,
                LogEndOffset = quorum.LogEndOffset,
                LastFetchTimestamp = quorum.TimestampMs,
                LastCaughtUpTimestamp = quorum.TimestampMs,
            });
            var node = new DescribeQuorumResponse.Node { NodeId = voter.NodeId };
            foreach (var endpoint in voter.Endpoints)
            {
                node.Listeners.Add(new DescribeQuorumResponse.Listener
                {
                    Name = Text.Of(endpoint.ListenerName), Host = Text.Of(endpoint.Host), Port = (ushort)endpoint.Port,
                });
            }

            response.Nodes.Add(node);
        }

        response.Topics.Add(new DescribeQuorumResponse.TopicData
        {
            TopicName = TopicNames.ClusterMetadata, Partitions = Seq<DescribeQuorumResponse.PartitionData>.Of(partition),
        });
        return response;
    }

    private static bool IsTheOne(in DescribeQuorumRequest request) =>
        request.Topics.Count == 1
        && request.Topics[0].TopicName.ToString() == TopicNames.ClusterMetadata
        && request.Topics[0].Partitions.Count == 1
        && request.Topics[0].Partitions[0].PartitionIndex == 0;

    private static DescribeQuorumResponse Refuse(in DescribeQuorumRequest request)
    {
        var response = new DescribeQuorumResponse();
        foreach (ref var asked in request.Topics.Span)
        {
            var topic = new DescribeQuorumResponse.TopicData { TopicName = asked.TopicName };
            foreach (ref var partition in asked.Partitions.Span)
            {
                topic.Partitions.Add(new DescribeQuorumResponse.PartitionData
                {
                    PartitionIndex = partition.PartitionIndex,
                    ErrorCode = (short)ErrorCode.UnknownTopicOrPartition,
                    ErrorMessage = Text.Of(ErrorCodes.MessageOf(ErrorCode.UnknownTopicOrPartition)),
                });
            }

            response.Topics.Add(topic);
        }

        return response;
    }
}
