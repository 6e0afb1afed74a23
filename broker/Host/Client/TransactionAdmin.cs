using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Host.Client;

/// <summary>Asks transaction coordinators and partition leaders about transactions, and ends them. Lives for one command.</summary>
internal sealed class TransactionAdmin(KafkaClient client)
{
    private const int TerminatingTimeoutMs = 1;

    /// <summary>The transactional ids of all brokers, with the broker that coordinates each.</summary>
    public async Task<IReadOnlyList<(int Coordinator, ListTransactionsResponse.ListedTransaction Transaction)>> ListAsync(
        ListTransactionsRequest request, CancellationToken cancellation)
    {
        var metadata = await client.MetadataAsync([], cancellation);
        var listed = new List<(int, ListTransactionsResponse.ListedTransaction)>();
        foreach (var broker in metadata.Brokers.ToArray())
        {
            var connection = await client.NodeAsync(broker.NodeId, cancellation);
            var response = await connection.SendAsync<ListTransactionsRequest, ListTransactionsResponse>(request, cancellation);
            KafkaClientException.ThrowOn(response.ErrorCode, $"Transactions of broker {broker.NodeId}");
            listed.AddRange(response.TransactionStates.ToArray().Select(transaction => (broker.NodeId, transaction)));
        }

        return [.. listed.OrderBy(item => item.Item2.TransactionalId.ToString(), StringComparer.Ordinal)];
    }

    /// <summary>What the coordinator knows of a transactional id.</summary>
    public async Task<(int Coordinator, DescribeTransactionsResponse.DescribedTransaction Transaction)> DescribeAsync(
        string transactionalId, CancellationToken cancellation)
    {
        var request = new DescribeTransactionsRequest { TransactionalIds = Seq<Text>.Of((Text)transactionalId) };
        var response = await AskAsync<DescribeTransactionsRequest, DescribeTransactionsResponse>(
            transactionalId, request, answer => answer.TransactionStates[0].ErrorCode, cancellation);
        KafkaClientException.ThrowOn(response.TransactionStates[0].ErrorCode, $"Transactional id {transactionalId}");
        var coordinator = await client.FindCoordinatorAsync(CoordinatorKind.Transaction, transactionalId, cancellation);
        return (coordinator.NodeId, response.TransactionStates[0]);
    }

    /// <summary>The producers that a partition remembers, as its leader (or the given broker) has them.</summary>
    public async Task<IReadOnlyList<DescribeProducersResponse.ProducerState>> ProducersAsync(
        TopicAndPartition partition, int? broker, CancellationToken cancellation)
    {
        var request = new DescribeProducersRequest();
        request.Topics.Add(new DescribeProducersRequest.TopicRequest { Name = partition.Topic, PartitionIndexes = Seq<int>.Of(partition.Partition) });
        var connection = await client.NodeAsync(broker ?? await LeaderAsync(partition, cancellation), cancellation);
        var response = await connection.SendAsync<DescribeProducersRequest, DescribeProducersResponse>(request, cancellation);
        var answer = response.Topics[0].Partitions[0];
        KafkaClientException.ThrowOn(answer.ErrorCode, $"Producers of {partition}", answer.ErrorMessage.AsString());
        return answer.ActiveProducers.ToArray();
    }

    /// <summary>Writes the marker that aborts what a producer has open in a partition.</summary>
    public async Task AbortAsync(
        TopicAndPartition partition, long producerId, short producerEpoch, int coordinatorEpoch, CancellationToken cancellation)
    {
        var marker = new WriteTxnMarkersRequest.WritableTxnMarker
        {
            ProducerId = producerId, ProducerEpoch = producerEpoch, CoordinatorEpoch = coordinatorEpoch, TransactionResult = false,
        };
        marker.Topics.Add(new WriteTxnMarkersRequest.WritableTxnMarkerTopic { Name = partition.Topic, PartitionIndexes = Seq<int>.Of(partition.Partition) });
        var request = new WriteTxnMarkersRequest();
        request.Markers.Add(marker);
        var connection = await client.NodeAsync(await LeaderAsync(partition, cancellation), cancellation);
        var response = await connection.SendAsync<WriteTxnMarkersRequest, WriteTxnMarkersResponse>(request, cancellation);
        KafkaClientException.ThrowOn(
            response.Markers[0].Topics[0].Partitions[0].ErrorCode, $"The transaction of producer {producerId} in {partition} was not aborted");
    }

    /// <summary>Ends the open transaction of a transactional id, as a new producer of that id does.</summary>
    public async Task TerminateAsync(string transactionalId, CancellationToken cancellation)
    {
        // A producer that begins anew fences the old one; the coordinator aborts what that one left open.
        var request = new InitProducerIdRequest { TransactionalId = transactionalId, TransactionTimeoutMs = TerminatingTimeoutMs };
        var response = await AskAsync<InitProducerIdRequest, InitProducerIdResponse>(
            transactionalId, request,
            answer => (ErrorCode)answer.ErrorCode == ErrorCode.ConcurrentTransactions ? (short)ErrorCode.CoordinatorLoadInProgress : answer.ErrorCode,
            cancellation);
        KafkaClientException.ThrowOn(response.ErrorCode, $"The transaction of {transactionalId} was not terminated");
    }

    private async Task<int> LeaderAsync(TopicAndPartition partition, CancellationToken cancellation)
    {
        var topic = await client.TopicAsync(partition.Topic, cancellation);
        foreach (var candidate in topic.Partitions)
        {
            if (candidate.PartitionIndex == partition.Partition)
            {
                return candidate.LeaderId;
            }
        }

        throw new KafkaClientException(
            $"Topic {partition.Topic} has no partition {partition.Partition}; it has 0 to {topic.Partitions.Count - 1}", ErrorCode.UnknownTopicOrPartition);
    }

    private Task<TResponse> AskAsync<TRequest, TResponse>(
        string transactionalId, TRequest request, Func<TResponse, short> errorOf, CancellationToken cancellation)
        where TRequest : struct, IRequest
        where TResponse : struct, IMessage =>
        client.AskCoordinatorAsync(CoordinatorKind.Transaction, transactionalId, request, errorOf, cancellation);
}
