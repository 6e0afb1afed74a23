using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;
using Deterministic.Server.Replication;
using Deterministic.Server.Transactions;
using MarkerResult = Deterministic.Protocol.Apis.WriteTxnMarkersResponse.WritableTxnMarkerResult;
using PartitionResult = Deterministic.Protocol.Apis.WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult;
using TopicResult = Deterministic.Protocol.Apis.WriteTxnMarkersResponse.WritableTxnMarkerTopicResult;

namespace Deterministic.Server.Handlers;

/// <summary>
/// WriteTxnMarkers (27): ends transactions in partitions that this node leads. For coordinators elsewhere, and for administrators
/// who abort a hanging transaction. Lives as long as its shard.
/// </summary>
internal sealed class WriteTxnMarkersHandler(BrokerShard home) : IRequestHandler<WriteTxnMarkersRequest, WriteTxnMarkersResponse>
{
    /// <inheritdoc/>
    public async ValueTask<WriteTxnMarkersResponse> HandleAsync(WriteTxnMarkersRequest request, RequestContext context)
    {
        var response = new WriteTxnMarkersResponse();
        for (var i = 0; i < request.Markers.Count; i++)
        {
            // Kafka answers partitions; a marker without any is not in the answer.
            if (HasPartitions(request.Markers[i]))
            {
                response.Markers.Add(await WriteAsync(request.Markers[i]));
            }
        }

        return response;
    }

    private static bool HasPartitions(in WriteTxnMarkersRequest.WritableTxnMarker marker)
    {
        foreach (ref var topic in marker.Topics)
        {
            if (topic.PartitionIndexes.Count > 0)
            {
                return true;
            }
        }

        return false;
    }

    private async Task<MarkerResult> WriteAsync(WriteTxnMarkersRequest.WritableTxnMarker asked)
    {
        var marker = new TransactionMarker(
            asked.ProducerId, asked.ProducerEpoch, asked.TransactionResult, asked.CoordinatorEpoch, asked.TransactionVersion);
        var result = new MarkerResult { ProducerId = asked.ProducerId };
        for (var i = 0; i < asked.Topics.Count; i++)
        {
            result.Topics.Add(await WriteAsync(marker, asked.Topics[i]));
        }

        return result;
    }

    private async Task<TopicResult> WriteAsync(TransactionMarker marker, WriteTxnMarkersRequest.WritableTxnMarkerTopic topic)
    {
        var written = new Task<ErrorCode>[topic.PartitionIndexes.Count];
        for (var i = 0; i < written.Length; i++)
        {
            written[i] = WriteAsync(marker, topic.Name.ToString(), topic.PartitionIndexes[i]);
        }

        var result = new TopicResult { Name = topic.Name };
        for (var i = 0; i < written.Length; i++)
        {
            result.Partitions.Add(new PartitionResult { PartitionIndex = topic.PartitionIndexes[i], ErrorCode = (short)await written[i] });
        }

        return result;
    }

    private Task<ErrorCode> WriteAsync(TransactionMarker marker, string topicName, int index)
    {
        if (home.Image.FindTopic(topicName) is not { } topic || topic.FindPartition(index) is not { } partition)
        {
            return Task.FromResult(ErrorCode.UnknownTopicOrPartition);
        }

        if (partition.Leader != home.NodeId)
        {
            return Task.FromResult(ErrorCode.NotLeaderOrFollower);
        }

        Mark.Hit("marker.asked-for-by-others");
        var done = new TaskCompletionSource<ErrorCode>(TaskCreationOptions.RunContinuationsAsynchronously);
        var owner = home.Peers[home.Map.OwnerOf(topic.Id, index)];
        var id = new TopicIdPartition(topic.Id, index);
        owner.Shard.Post(() => owner.Markers.Append(id, topicName, marker, done.SetResult));
        return done.Task;
    }
}
