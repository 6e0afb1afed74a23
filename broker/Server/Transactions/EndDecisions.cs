using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;

namespace Deterministic.Server.Transactions;

/// <summary>Whether a transaction may be ended as a client asks: by the rules before and since KIP-890's second part. Stateless.</summary>
internal static class EndDecisions
{
    /// <summary>Epochs stay (transaction versions 0 and 1). A repeated request is known by the state alone.</summary>
    internal static ErrorCode ErrorOfKeeping(TransactionalId id, in EndTxnRequest request, out bool isRepeated)
    {
        isRepeated = false;
        if (id.Metadata is not { } current)
        {
            return ErrorCode.ConcurrentTransactions;
        }

        if (current.ProducerId != request.ProducerId)
        {
            return ErrorCode.InvalidProducerIdMapping;
        }

        if (current.ProducerEpoch != request.ProducerEpoch)
        {
            Mark.Hit("txn.end-of-old-epoch");
            return ErrorCode.ProducerFenced;
        }

        if (id.IsBusy)
        {
            return ErrorCode.ConcurrentTransactions;
        }

        switch (current.State)
        {
            case TransactionState.Ongoing:
                return ErrorCode.None;
            case TransactionState.PrepareCommit or TransactionState.PrepareAbort:
                return IsSameEnd(current, request) ? ErrorCode.ConcurrentTransactions : Invalid();
            case TransactionState.CompleteCommit or TransactionState.CompleteAbort when IsSameEnd(current, request):
                isRepeated = true;
                return ErrorCode.None;
            default:
                return Invalid();
        }
    }

    /// <summary>
    /// Every end raises the epoch (transaction version 2): a repeated request has the epoch before the current one, one with the
    /// current epoch is about the next transaction. Aborting where nothing was begun is allowed, and raises the epoch too.
    /// </summary>
    internal static ErrorCode ErrorOfRaising(TransactionalId id, in EndTxnRequest request, out bool isRepeated)
    {
        isRepeated = false;

        // First of all: what is being appended may be the epoch, or the producer id, that this request comes with.
        if (id.IsBusy || id.Metadata is not { } current)
        {
            return ErrorCode.ConcurrentTransactions;
        }

        var isOverflown = current.PreviousProducerId == request.ProducerId && current.ProducerId != request.ProducerId
            && request.ProducerEpoch == short.MaxValue - 1 && current.ProducerEpoch == 0;

        // An epoch that a takeover raised is somebody else's: when no end that raises it came since, this is not its repetition.
        var isOneBehind = current.ProducerId == request.ProducerId && current.ProducerEpoch == request.ProducerEpoch + 1
            && current.ClientVersion >= TransactionMetadata.EpochRaisedSince;
        if (current.ProducerId != request.ProducerId && !isOverflown)
        {
            return ErrorCode.InvalidProducerIdMapping;
        }

        var isRetry = isOverflown || isOneBehind;
        var isCurrent = !isOverflown && current.ProducerEpoch == request.ProducerEpoch;
        var isValid = current.IsEnding ? isOneBehind
            : current.State is TransactionState.CompleteCommit or TransactionState.CompleteAbort ? isRetry || isCurrent
            : isCurrent;
        if (!isValid)
        {
            Mark.Hit("txn.end-of-fenced-producer");
            return ErrorCode.ProducerFenced;
        }

        if (current.State == TransactionState.Ongoing)
        {
            return ErrorCode.None;
        }

        if (current.IsEnding)
        {
            return IsSameEnd(current, request) ? ErrorCode.ConcurrentTransactions : Invalid();
        }

        if (isRetry)
        {
            isRepeated = IsSameEnd(current, request);
            return isRepeated ? ErrorCode.None : Invalid();
        }

        return request.Committed ? Invalid() : ErrorCode.None;
    }

    private static bool IsSameEnd(TransactionMetadata current, in EndTxnRequest request) =>
        request.Committed == (current.State is TransactionState.PrepareCommit or TransactionState.CompleteCommit);

    private static ErrorCode Invalid()
    {
        Mark.Hit("txn.end-in-wrong-state");
        return ErrorCode.InvalidTxnState;
    }
}
