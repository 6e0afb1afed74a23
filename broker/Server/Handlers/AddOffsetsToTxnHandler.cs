using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;
using Deterministic.Server.Groups;
using Deterministic.Server.Transactions;

namespace Deterministic.Server.Handlers;

/// <summary>AddOffsetsToTxn (25): the partition of <c>__consumer_offsets</c> that holds the group becomes part of the transaction. Lives as long as its shard.</summary>
public sealed class AddOffsetsToTxnHandler(GroupCalls groups, TransactionCalls calls)
    : IRequestHandler<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse>
{
    private const short FencedSince = 2;

    /// <inheritdoc/>
    public async ValueTask<AddOffsetsToTxnResponse> HandleAsync(AddOffsetsToTxnRequest request, RequestContext context)
    {
        var error = await groups.Routing.EnsureOffsetsTopicAsync();
        var count = groups.Routing.OffsetsPartitionCount;
        if (error != ErrorCode.None || count == 0)
        {
            Mark.Hit("txn.no-offsets-topic");
            return new AddOffsetsToTxnResponse { ErrorCode = (short)ErrorCode.CoordinatorNotAvailable };
        }

        var partition = new TopicPartition(InternalTopics.ConsumerOffsets, JavaHash.PartitionOf(request.GroupId, count));
        var added = new TransactionPartitions(request.TransactionalId, request.ProducerId, request.ProducerEpoch, [partition], ClientVersion: 0);
        error = await calls.AskAsync(
            request.TransactionalId,
            added,
            request.TransactionalId.IsNullOrEmpty ? ErrorCode.InvalidRequest : ErrorCode.NotCoordinator,
            static (TransactionCoordinator c, int p, TransactionPartitions r, Action<ErrorCode> answer) => c.AddPartitions(p, r, answer));
        return new AddOffsetsToTxnResponse { ErrorCode = TransactionCalls.ErrorFor(error, context.Version, FencedSince) };
    }
}
