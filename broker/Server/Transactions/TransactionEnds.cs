using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Groups;

namespace Deterministic.Server.Transactions;

/// <summary>
/// EndTxn, and the aborts that the coordinator decides on its own: timeouts, and producers that were replaced. Those always raise
/// the epoch, so that the producer they end cannot go on. Owned by the coordinator of its shard.
/// </summary>
internal sealed class TransactionEnds(Shard shard, IProducerIds ids, MarkerWrites markers)
{
    internal static EndTxnResponse Refused(ErrorCode error) => new() { ErrorCode = (short)error };

    internal void Handle(TransactionalId id, EndTxnRequest request, short clientVersion, Action<EndTxnResponse> answer)
    {
        var error = clientVersion >= TransactionMetadata.EpochRaisedSince
            ? EndDecisions.ErrorOfRaising(id, request, out var isRepeated)
            : EndDecisions.ErrorOfKeeping(id, request, out isRepeated);
        if (error != ErrorCode.None)
        {
            answer(Refused(error));
        }
        else if (isRepeated)
        {
            // The answer to the first one was lost: it ended as asked.
            Mark.Hit("txn.end-repeated");
            answer(Answer(id.Metadata!));
        }
        else if (clientVersion >= TransactionMetadata.EpochRaisedSince && id.Metadata!.IsEpochExhausted)
        {
            Mark.Hit("txn.end-with-new-producer-id");
            var isCommit = request.Committed;
            WithNewProducerId(id, ids, next => End(id, isCommit, clientVersion, next, answer), failed => answer(Refused(failed)));
        }
        else
        {
            End(id, request.Committed, clientVersion, TransactionMetadata.NoProducerId, answer);
        }
    }

    /// <summary>Aborts the open transaction with a raised epoch. <paramref name="done"/> is told when that is durable; the markers follow.</summary>
    internal void Fence(TransactionalId id, Action<ErrorCode> done)
    {
        var current = id.Metadata!;
        Check.That(current.State == TransactionState.Ongoing, $"{id.Id} is {current.State}, and nothing is open to be aborted");
        var next = current with
        {
            State = TransactionState.PrepareAbort,
            PreviousProducerId = current.ProducerId,
            ProducerEpoch = (short)(current.ProducerEpoch + 1),
            LastUpdateMs = shard.WallClockMs,
        };
        Append(id, next, TransactionMetadata.NoEpoch, done);
    }

    /// <summary>Asks for a producer id, during which nothing else is decided of the transactional id.</summary>
    internal static void WithNewProducerId(TransactionalId id, IProducerIds source, Action<long> then, Action<ErrorCode> failed)
    {
        id.IsBusy = true;
        source.Next((producerId, error) =>
        {
            id.IsBusy = false;
            if (error == ErrorCode.None && !id.Partition.IsClosed)
            {
                then(producerId);
            }
            else
            {
                Mark.Hit("txn.no-producer-id");
                failed(error != ErrorCode.None ? ErrorCode.CoordinatorNotAvailable : ErrorCode.NotCoordinator);
                id.WakeWaiting();
                id.Partition.MaybeForget(id);
            }
        });
    }

    private void End(TransactionalId id, bool isCommit, short clientVersion, long nextProducerId, Action<EndTxnResponse> answer)
    {
        var current = id.Metadata!;
        var nowMs = shard.WallClockMs;
        var raises = clientVersion >= TransactionMetadata.EpochRaisedSince;
        var next = current with
        {
            State = isCommit ? TransactionState.PrepareCommit : TransactionState.PrepareAbort,
            PreviousProducerId = current.ProducerId,
            NextProducerId = nextProducerId,
            ProducerEpoch = raises ? (short)(current.ProducerEpoch + 1) : current.ProducerEpoch,
            StartMs = current.State == TransactionState.Ongoing ? current.StartMs : nowMs,
            LastUpdateMs = nowMs,
            ClientVersion = clientVersion,
        };
        Append(id, next, raises ? current.ProducerEpoch : id.LastProducerEpoch, error =>
            answer(error == ErrorCode.None ? Answer(next.Completed(nowMs)) : Refused(error)));
    }

    private void Append(TransactionalId id, TransactionMetadata next, short lastEpoch, Action<ErrorCode> done) =>
        id.Partition.Append(id, next, error =>
        {
            if (error == ErrorCode.None)
            {
                id.LastProducerEpoch = lastEpoch;
            }

            done(GroupAnswers.OfAppend(error));
            if (error == ErrorCode.None && !id.Partition.IsClosed)
            {
                markers.Start(id);
            }
        });

    private static EndTxnResponse Answer(TransactionMetadata metadata) => new()
    {
        ProducerId = metadata.ProducerId,
        ProducerEpoch = metadata.ProducerEpoch,
    };
}
