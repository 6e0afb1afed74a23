using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;
using Deterministic.Server.Groups;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Handlers;

/// <summary>
/// TxnOffsetCommit (28): on the shard of the group, first the question whether its partition is in the transaction, which the
/// request implies since version 5, then the commit. Waits until the offsets are durable. Lives as long as its shard.
/// </summary>
internal sealed class TxnOffsetCommitHandler(BrokerShard home, GroupCalls calls) : IRequestHandler<TxnOffsetCommitRequest, TxnOffsetCommitResponse>
{
    private const short AdditionSince = 5;
    private const short AbortableSince = 4;

    /// <inheritdoc/>
    public async ValueTask<TxnOffsetCommitResponse> HandleAsync(TxnOffsetCommitRequest request, RequestContext context)
    {
        if (!HasKnownPartition(request))
        {
            return TransactionalCommits.Failed(request, ErrorCode.UnknownTopicOrPartition);
        }

        return await calls.AskAsync(
            request.GroupId,
            (Request: request, home.Peers),
            context,
            TransactionalCommits.Failed(request, ErrorCode.NotCoordinator),
            static (c, partition, r, client, answer) => Commit(r.Peers[c.Shard.Id.Value], c, partition, r.Request, client.Version, answer));
    }

    private bool HasKnownPartition(in TxnOffsetCommitRequest request)
    {
        foreach (var topic in request.Topics)
        {
            var image = home.Image.FindTopic(topic.Name);
            foreach (var partition in topic.Partitions)
            {
                if (image?.FindPartition(partition.PartitionIndex) is not null)
                {
                    return true;
                }
            }
        }

        return request.Topics.Count == 0;
    }

    private static void Commit(
        BrokerShard owner, GroupCoordinator groups, int partition, TxnOffsetCommitRequest request, short version, Action<TxnOffsetCommitResponse> answer)
    {
        var error = groups.TransactionalCommitError(partition, request.GroupId);
        if (error != ErrorCode.None)
        {
            answer(TransactionalCommits.Failed(request, error));
            return;
        }

        if (owner.Image.FindTopic(InternalTopics.ConsumerOffsets) is not { } topic
            || owner.FindPartition(new TopicIdPartition(topic.Id, partition)) is not { } offsets)
        {
            answer(TransactionalCommits.Failed(request, ErrorCode.NotCoordinator));
            return;
        }

        var isAddition = version >= AdditionSince;
        if (!isAddition && !owner.Config.TransactionPartitionVerificationEnable)
        {
            groups.CommitOffsets(partition, request, answer);
            return;
        }

        owner.Verifier.Verify(offsets, request.TransactionalId, request.ProducerId, request.ProducerEpoch, isAddition, verified =>
        {
            if (verified == ErrorCode.None)
            {
                groups.CommitOffsets(partition, request, answer);
            }
            else
            {
                Mark.Hit("txn-offset-commit.not-in-transaction");
                answer(TransactionalCommits.Failed(request, ErrorFor(verified, version)));
            }
        });
    }

    private static ErrorCode ErrorFor(ErrorCode error, short version) => error switch
    {
        ErrorCode.ProducerFenced => ErrorCode.InvalidProducerEpoch,
        ErrorCode.TransactionAbortable when version < AbortableSince => ErrorCode.InvalidTxnState,
        ErrorCode.ConcurrentTransactions when version < AdditionSince => ErrorCode.CoordinatorNotAvailable,

        // The group's coordinator is here; it is the transaction's that has to be waited for.
        ErrorCode.NotCoordinator or ErrorCode.CoordinatorLoadInProgress or ErrorCode.UnknownTopicOrPartition => ErrorCode.CoordinatorNotAvailable,
        _ => error,
    };
}
