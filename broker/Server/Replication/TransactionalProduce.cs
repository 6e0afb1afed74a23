using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Server.Configs;

namespace Deterministic.Server.Replication;

/// <summary>What the version of a produce request means for batches of transactions (KIP-890). Stateless.</summary>
internal static class TransactionalProduce
{
    /// <summary>Since this version appending to a partition adds it to the transaction.</summary>
    private const short AdditionSince = 12;

    /// <summary>Since this version clients know TRANSACTION_ABORTABLE.</summary>
    private const short AbortableSince = 11;

    internal static bool IsAddition(short version) => version >= AdditionSince;

    /// <summary>Older clients added the partition themselves; whether they did is checked unless <c>transaction.partition.verification.enable</c> is off.</summary>
    internal static bool MustVerify(BrokerConfig config, short version) => IsAddition(version) || config.TransactionPartitionVerificationEnable;

    /// <summary>What the client is told when its coordinator does not have the partition in the transaction.</summary>
    internal static PartitionAppend Refused(ErrorCode error, short version)
    {
        Mark.Hit("produce.not-in-transaction");
        return error switch
        {
            ErrorCode.ProducerFenced => new PartitionAppend(ErrorCode.InvalidProducerEpoch, "The producer was fenced by a newer one of its transactional id."),
            ErrorCode.TransactionAbortable when version < AbortableSince => NotAdded(),
            ErrorCode.InvalidTxnState => NotAdded(),
            ErrorCode.ConcurrentTransactions when version < AdditionSince => Unverified(error),
            ErrorCode.NotCoordinator or ErrorCode.CoordinatorLoadInProgress or ErrorCode.CoordinatorNotAvailable => Unverified(error),
            _ => new PartitionAppend(error, ErrorCodes.MessageOf(error)),
        };
    }

    private static PartitionAppend NotAdded() => new(ErrorCode.InvalidTxnState, "Partition was not added to the transaction");

    /// <summary>Retriable, in a way that clients of all ages take for it.</summary>
    private static PartitionAppend Unverified(ErrorCode error) => new(
        ErrorCode.NotEnoughReplicas,
        $"Unable to verify the partition has been added to the transaction. Underlying error: {ErrorCodes.NameOf(error)}");
}
