using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Connections;
using Deterministic.Server.Transactions;
using AskedTopic = Deterministic.Protocol.Apis.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
using TopicResult = Deterministic.Protocol.Apis.AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult;

namespace Deterministic.Server.Handlers;

/// <summary>
/// AddPartitionsToTxn (24): one transaction before version 4; since then several, which may be asked about instead of added to.
/// Either all partitions of a transaction are added or none. Lives as long as its shard.
/// </summary>
public sealed class AddPartitionsToTxnHandler(BrokerShard home, TransactionCalls calls)
    : IRequestHandler<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>
{
    private const short FencedSince = 2;
    private const short BatchedSince = 4;
    private const short EpochRaisedSince = 5;

    /// <inheritdoc/>
    public async ValueTask<AddPartitionsToTxnResponse> HandleAsync(AddPartitionsToTxnRequest request, RequestContext context)
    {
        var response = new AddPartitionsToTxnResponse();
        if (context.Version < BatchedSince)
        {
            var single = new TransactionPartitions(
                request.V3AndBelowTransactionalId, request.V3AndBelowProducerId, request.V3AndBelowProducerEpoch, [], ClientVersion: 0);
            foreach (var topic in await AnswerAsync(single, request.V3AndBelowTopics, isVerification: false, context.Version))
            {
                response.ResultsByTopicV3AndBelow.Add(topic);
            }

            return response;
        }

        // All transactions are asked about before the first answer is awaited.
        var asked = new Task<List<TopicResult>>[request.Transactions.Count];
        for (var i = 0; i < asked.Length; i++)
        {
            var transaction = request.Transactions[i];
            var clientVersion = (short)(context.Version >= EpochRaisedSince ? 2 : 1);
            var producer = new TransactionPartitions(
                transaction.TransactionalId, transaction.ProducerId, transaction.ProducerEpoch, [], clientVersion);
            asked[i] = AnswerAsync(producer, transaction.Topics, transaction.VerifyOnly, context.Version);
        }

        for (var i = 0; i < asked.Length; i++)
        {
            response.ResultsByTransaction.Add(new AddPartitionsToTxnResponse.AddPartitionsToTxnResult
            {
                TransactionalId = request.Transactions[i].TransactionalId,
                TopicResults = Seq<TopicResult>.Of(await asked[i]),
            });
        }

        return response;
    }

    private async Task<List<TopicResult>> AnswerAsync(
        TransactionPartitions producer, Seq<AskedTopic> topics, bool isVerification, short version)
    {
        var partitions = new List<TopicPartition>();
        var errors = new Dictionary<TopicPartition, ErrorCode>();
        foreach (var topic in topics)
        {
            var name = topic.Name.ToString();
            var image = home.Image.FindTopic(name);
            foreach (var index in topic.Partitions)
            {
                var partition = new TopicPartition(name, index);
                partitions.Add(partition);
                var error = InternalTopics.IsClosedToProducers(name) && version < BatchedSince ? ErrorCode.TopicAuthorizationFailed
                    : image?.FindPartition(index) is null ? ErrorCode.UnknownTopicOrPartition
                    : ErrorCode.None;
                if (error != ErrorCode.None)
                {
                    errors[partition] = error;
                }
            }
        }

        producer = producer with { Partitions = partitions };
        if (errors.Count > 0)
        {
            Mark.Hit("txn.add-of-unknown-partition");
            return Results(topics, partition => errors.GetValueOrDefault(partition, ErrorCode.OperationNotAttempted), version);
        }

        var elsewhere = producer.TransactionalId.IsNullOrEmpty ? ErrorCode.InvalidRequest : ErrorCode.NotCoordinator;
        if (isVerification)
        {
            var verified = await calls.AskAsync<TransactionPartitions, Dictionary<TopicPartition, ErrorCode>>(
                producer.TransactionalId, producer, [], static (c, p, r, answer) => answer(Verify(c, p, r)));
            return Results(topics, partition => verified.GetValueOrDefault(partition, elsewhere), version);
        }

        var added = await calls.AskAsync(
            producer.TransactionalId,
            producer,
            elsewhere,
            static (TransactionCoordinator c, int p, TransactionPartitions r, Action<ErrorCode> answer) => c.AddPartitions(p, r, answer));
        return Results(topics, _ => added, version);
    }

    private static Dictionary<TopicPartition, ErrorCode> Verify(TransactionCoordinator coordinator, int partition, TransactionPartitions request)
    {
        var errors = new Dictionary<TopicPartition, ErrorCode>();
        foreach (var asked in request.Partitions)
        {
            errors[asked] = coordinator.Verify(partition, request, asked);
        }

        return errors;
    }

    private static List<TopicResult> Results(Seq<AskedTopic> topics, Func<TopicPartition, ErrorCode> errorOf, short version)
    {
        var results = new List<TopicResult>();
        foreach (var topic in topics)
        {
            var name = topic.Name.ToString();
            var result = new TopicResult { Name = topic.Name };
            foreach (var index in topic.Partitions)
            {
                result.ResultsByPartition.Add(new AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult
                {
                    PartitionIndex = index,
                    PartitionErrorCode = TransactionCalls.ErrorFor(errorOf(new TopicPartition(name, index)), version, FencedSince),
                });
            }

            results.Add(result);
        }

        return results;
    }
}
