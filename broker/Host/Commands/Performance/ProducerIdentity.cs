using Deterministic.Host.Client;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Host.Commands.Performance;

/// <summary>
/// Id and epoch of a producer, and its transactions in the way of KIP-98 (each partition is added before it is written to),
/// which every broker speaks. Lives for one command.
/// </summary>
internal sealed class ProducerIdentity
{
    private const int TransactionTimeoutMs = 60_000;
    private const short AddPartitionsVersionMax = 3;
    private const short EndVersionMax = 4;
    private const int AttemptsMax = 400;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

    private readonly KafkaClient _client;
    private readonly string? _transactionalId;
    private readonly HashSet<(string Topic, int Partition)> _added = [];
    private readonly CancellationToken _cancellation;

    private ProducerIdentity(KafkaClient client, string? transactionalId, InitProducerIdResponse response, CancellationToken cancellation)
    {
        _client = client;
        _transactionalId = transactionalId;
        _cancellation = cancellation;
        ProducerId = response.ProducerId;
        ProducerEpoch = response.ProducerEpoch;
    }

    internal long ProducerId { get; }

    internal short ProducerEpoch { get; }

    /// <summary>A new one; that of a transactional id fences who had it before.</summary>
    internal static async Task<ProducerIdentity> OfAsync(KafkaClient client, string? transactionalId, CancellationToken cancellation)
    {
        var request = new InitProducerIdRequest { TransactionalId = Text.Of(transactionalId), TransactionTimeoutMs = TransactionTimeoutMs };
        InitProducerIdResponse response;
        if (transactionalId is null)
        {
            var connection = await client.AnyAsync(cancellation);
            response = await connection.SendAsync<InitProducerIdRequest, InitProducerIdResponse>(request, cancellation);
        }
        else
        {
            response = await RetryAsync(
                () => client.AskCoordinatorAsync<InitProducerIdRequest, InitProducerIdResponse>(
                    CoordinatorKind.Transaction, transactionalId, request, answer => answer.ErrorCode, cancellation),
                answer => answer.ErrorCode, cancellation);
        }

        KafkaClientException.ThrowOn(response.ErrorCode, transactionalId is null ? "No producer id" : $"Transactional id {transactionalId}");
        return new ProducerIdentity(client, transactionalId, response, cancellation);
    }

    /// <summary>Makes a partition part of the open transaction.</summary>
    internal async ValueTask AddAsync(string topic, int partition)
    {
        if (!_added.Add((topic, partition)))
        {
            return;
        }

        var request = new AddPartitionsToTxnRequest
        {
            V3AndBelowTransactionalId = Text.Of(_transactionalId), V3AndBelowProducerId = ProducerId, V3AndBelowProducerEpoch = ProducerEpoch,
        };
        request.V3AndBelowTopics.Add(new AddPartitionsToTxnRequest.AddPartitionsToTxnTopic { Name = topic, Partitions = Seq<int>.Of(partition) });
        var response = await RetryAsync(
            () => _client.AskCoordinatorAsync<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>(
                CoordinatorKind.Transaction, _transactionalId!, request, ErrorOf, _cancellation, AddPartitionsVersionMax),
            ErrorOf, _cancellation);
        KafkaClientException.ThrowOn(ErrorOf(response), $"{topic}-{partition} was not added to the transaction of {_transactionalId}");
    }

    /// <summary>Commits the open transaction, if anything is in it.</summary>
    internal async Task CommitAsync()
    {
        if (_added.Count == 0)
        {
            return;
        }

        var request = new EndTxnRequest
        {
            TransactionalId = Text.Of(_transactionalId), ProducerId = ProducerId, ProducerEpoch = ProducerEpoch, Committed = true,
        };
        var response = await RetryAsync(
            () => _client.AskCoordinatorAsync<EndTxnRequest, EndTxnResponse>(
                CoordinatorKind.Transaction, _transactionalId!, request, answer => answer.ErrorCode, _cancellation, EndVersionMax),
            answer => answer.ErrorCode, _cancellation);
        KafkaClientException.ThrowOn(response.ErrorCode, $"The transaction of {_transactionalId} was not committed");
        _added.Clear();
    }

    private static short ErrorOf(AddPartitionsToTxnResponse response) =>
        response.ResultsByTopicV3AndBelow.Count > 0 ? response.ResultsByTopicV3AndBelow[0].ResultsByPartition[0].PartitionErrorCode : response.ErrorCode;

    /// <summary>Asks again while the markers of the transaction before are still being written.</summary>
    private static async Task<TResponse> RetryAsync<TResponse>(Func<Task<TResponse>> ask, Func<TResponse, short> errorOf, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var response = await ask();
            if ((ErrorCode)errorOf(response) != ErrorCode.ConcurrentTransactions || attempt == AttemptsMax)
            {
                return response;
            }

            await Task.Delay(s_pause, TimeProvider.System, cancellation);
        }
    }
}
