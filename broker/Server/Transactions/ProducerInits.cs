using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Groups;

namespace Deterministic.Server.Transactions;

/// <summary>
/// InitProducerId: a producer takes a transactional id over. Whoever had it before is fenced by a higher epoch, and what it left
/// open is aborted first. Owned by the coordinator of its shard.
/// </summary>
internal sealed class ProducerInits(Shard shard, TransactionConfig config, IProducerIds ids, TransactionEnds ends)
{
    internal static InitProducerIdResponse Refused(ErrorCode error) => new() { ErrorCode = (short)error, ProducerEpoch = -1 };

    /// <summary>What is wrong with the request itself.</summary>
    internal ErrorCode ErrorOf(in InitProducerIdRequest request)
    {
        if (request.TransactionalId.IsNullOrEmpty || (request.ProducerId == -1) != (request.ProducerEpoch == -1))
        {
            return ErrorCode.InvalidRequest;
        }

        // Two-phase commit (KIP-939) is in version 6, which is not served.
        if (request.Enable2Pc && !config.TwoPhaseCommitEnable)
        {
            return ErrorCode.TransactionalIdAuthorizationFailed;
        }

        return request.TransactionTimeoutMs <= 0 || request.TransactionTimeoutMs > config.MaxTimeoutMs
            ? ErrorCode.InvalidTransactionTimeout
            : ErrorCode.None;
    }

    internal void Handle(TransactionalId id, InitProducerIdRequest request, Action<InitProducerIdResponse> answer)
    {
        if (id.IsBusy)
        {
            Mark.Hit("txn.init-while-busy");
            answer(Refused(ErrorCode.ConcurrentTransactions));
            return;
        }

        if (id.Metadata is not { } current)
        {
            WithNewId(id, answer, producerId => Append(id, FirstOf(request, producerId), TransactionMetadata.NoEpoch, answer));
            return;
        }

        if (!IsOfItsProducer(current, request))
        {
            Mark.Hit("txn.init-of-other-producer");
            answer(Refused(ErrorCode.ProducerFenced));
        }
        else if (current.IsEnding)
        {
            Mark.Hit("txn.init-while-ending");
            answer(Refused(ErrorCode.ConcurrentTransactions));
        }
        else if (current.State == TransactionState.Ongoing)
        {
            // The client asks again, and gets an epoch above that of the abort.
            Mark.Hit("txn.init-aborts-ongoing");
            ends.Fence(id, error => answer(Refused(error == ErrorCode.None ? ErrorCode.ConcurrentTransactions : error)));
        }
        else
        {
            RaiseEpoch(id, current, request, answer);
        }
    }

    /// <summary>A producer that names itself must have the current id, or the one before if that ran out of epochs (its answer may have been lost).</summary>
    private static bool IsOfItsProducer(TransactionMetadata current, in InitProducerIdRequest request) =>
        request.ProducerId == TransactionMetadata.NoProducerId
        || request.ProducerId == current.ProducerId
        || (request.ProducerId == current.PreviousProducerId && TransactionMetadata.IsExhausted(request.ProducerEpoch));

    private void RaiseEpoch(
        TransactionalId id, TransactionMetadata current, InitProducerIdRequest request, Action<InitProducerIdResponse> answer)
    {
        var isAnonymous = request.ProducerId == TransactionMetadata.NoProducerId;
        if (isAnonymous || request.ProducerEpoch == current.ProducerEpoch)
        {
            var last = isAnonymous ? TransactionMetadata.NoEpoch : current.ProducerEpoch;
            if (current.IsEpochExhausted)
            {
                Mark.Hit("txn.init-with-new-producer-id");
                WithNewId(id, answer, producerId => Append(id, Of(request, current, producerId, 0), last, answer));
            }
            else
            {
                Append(id, Of(request, current, current.ProducerId, (short)(current.ProducerEpoch + 1)), last, answer);
            }
        }
        else if (request.ProducerEpoch == id.LastProducerEpoch)
        {
            Mark.Hit("txn.init-repeated");
            Append(id, Of(request, current, current.ProducerId, current.ProducerEpoch), id.LastProducerEpoch, answer);
        }
        else
        {
            Mark.Hit("txn.init-fenced");
            answer(Refused(ErrorCode.ProducerFenced));
        }
    }

    private TransactionMetadata FirstOf(in InitProducerIdRequest request, long producerId) => new()
    {
        ProducerId = producerId,
        PreviousProducerId = producerId,
        ProducerEpoch = 0,
        TimeoutMs = request.TransactionTimeoutMs,
        State = TransactionState.Empty,
        LastUpdateMs = shard.WallClockMs,
    };

    private TransactionMetadata Of(in InitProducerIdRequest request, TransactionMetadata current, long producerId, short epoch) =>
        FirstOf(request, producerId) with
        {
            PreviousProducerId = current.ProducerId,
            ProducerEpoch = epoch,
            ClientVersion = current.ClientVersion,
        };

    private void WithNewId(TransactionalId id, Action<InitProducerIdResponse> answer, Action<long> then) =>
        TransactionEnds.WithNewProducerId(id, ids, then, error => answer(Refused(error)));

    private static void Append(TransactionalId id, TransactionMetadata next, short lastEpoch, Action<InitProducerIdResponse> answer) =>
        id.Partition.Append(id, next, error =>
        {
            if (error != ErrorCode.None)
            {
                answer(Refused(GroupAnswers.OfAppend(error)));
                return;
            }

            id.LastProducerEpoch = lastEpoch;
            answer(new InitProducerIdResponse { ProducerId = next.ProducerId, ProducerEpoch = next.ProducerEpoch });
        });
}
