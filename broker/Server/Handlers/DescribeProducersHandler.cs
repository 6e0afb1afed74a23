using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Connections;
using Deterministic.Server.Controller;
using Deterministic.Server.Replication;
using Deterministic.Storage;

namespace Deterministic.Server.Handlers;

/// <summary>DescribeProducers (61): the producers that the leader of a partition remembers. Owned by one shard, lives as long.</summary>
internal sealed class DescribeProducersHandler(BrokerShard home) : IRequestHandler<DescribeProducersRequest, DescribeProducersResponse>
{
    /// <inheritdoc/>
    public async ValueTask<DescribeProducersResponse> HandleAsync(DescribeProducersRequest request, RequestContext context)
    {
        var response = new DescribeProducersResponse();
        foreach (var asked in request.Topics.ToArray())
        {
            var topic = new DescribeProducersResponse.TopicResponse { Name = asked.Name };
            foreach (var number in asked.PartitionIndexes.ToArray())
            {
                topic.Partitions.Add(await DescribeAsync(asked.Name, number));
            }

            response.Topics.Add(topic);
        }

        return response;
    }

    private async Task<DescribeProducersResponse.PartitionResponse> DescribeAsync(Text name, int number)
    {
        if (TopicNames.WhyInvalid(name.ToString()) is { } reason)
        {
            return Refuse(number, ErrorCode.InvalidTopicException, reason);
        }

        if (home.Image.FindTopic(name) is not { } topic)
        {
            return Refuse(number, ErrorCode.UnknownTopicOrPartition, ErrorCodes.MessageOf(ErrorCode.UnknownTopicOrPartition));
        }

        if (topic.FindPartition(number) is not { } partition)
        {
            return Refuse(number, ErrorCode.UnknownTopicOrPartition, null);
        }

        if (partition.Leader != home.NodeId)
        {
            return Refuse(number, ErrorCode.NotLeaderOrFollower, null);
        }

        var owner = home.Peers[home.Map.OwnerOf(topic.Id, number)];
        var (error, producers) = await Shard.InvokeAsync(
            owner.Shard, static ask => Read(ask.Owner, ask.Id), (Owner: owner, Id: new TopicIdPartition(topic.Id, number)));
        return error == ErrorCode.None ? Answer(number, producers) : Refuse(number, error, null);
    }

    private static (ErrorCode Error, IReadOnlyList<ActiveProducer> Producers) Read(BrokerShard owner, TopicIdPartition id)
    {
        var partition = owner.FindPartition(id);
        var error = partition?.CheckLeader(-1) ?? ErrorCode.NotLeaderOrFollower;
        return (error, error == ErrorCode.None ? partition!.Log.ActiveProducers() : []);
    }

    private static DescribeProducersResponse.PartitionResponse Answer(int number, IReadOnlyList<ActiveProducer> producers)
    {
        var response = new DescribeProducersResponse.PartitionResponse { PartitionIndex = number, ErrorMessage = Text.Null };
        foreach (var producer in producers)
        {
            response.ActiveProducers.Add(new DescribeProducersResponse.ProducerState
            {
                ProducerId = producer.ProducerId,
                ProducerEpoch = producer.ProducerEpoch,
                LastSequence = producer.LastSequence,
                LastTimestamp = producer.LastTimestamp,
                CoordinatorEpoch = producer.CoordinatorEpoch,
                CurrentTxnStartOffset = producer.TransactionFirstOffset,
            });
        }

        return response;
    }

    private static DescribeProducersResponse.PartitionResponse Refuse(int number, ErrorCode error, string? message) =>
        new() { PartitionIndex = number, ErrorCode = (short)error, ErrorMessage = Text.Of(message) };
}
