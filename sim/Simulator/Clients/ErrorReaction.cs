using Deterministic.Protocol;

namespace Deterministic.Simulator.Clients;

/// <summary>What Kafka's documentation says a client does about an error. Stateless.</summary>
internal static class ErrorReaction
{
    /// <summary>Whether trying again can help.</summary>
    internal static bool IsRetriable(ErrorCode error) => error is ErrorCode.CorruptMessage or ErrorCode.UnknownTopicOrPartition
        or ErrorCode.LeaderNotAvailable or ErrorCode.NotLeaderOrFollower or ErrorCode.RequestTimedOut or ErrorCode.ReplicaNotAvailable
        or ErrorCode.NetworkException or ErrorCode.CoordinatorLoadInProgress or ErrorCode.CoordinatorNotAvailable or ErrorCode.NotCoordinator
        or ErrorCode.NotEnoughReplicas or ErrorCode.NotEnoughReplicasAfterAppend or ErrorCode.NotController or ErrorCode.KafkaStorageError
        or ErrorCode.FencedLeaderEpoch or ErrorCode.UnknownLeaderEpoch or ErrorCode.OffsetNotAvailable or ErrorCode.ConcurrentTransactions
        or ErrorCode.UnknownTopicId or ErrorCode.InconsistentTopicId or ErrorCode.UnstableOffsetCommit or ErrorCode.ThrottlingQuotaExceeded
        or ErrorCode.FetchSessionIdNotFound or ErrorCode.InvalidFetchSessionEpoch or ErrorCode.FetchSessionTopicIdError
        or ErrorCode.PreferredLeaderNotAvailable;

    /// <summary>Whether what the client knows of the topic may be out of date.</summary>
    internal static bool AsksForMetadata(ErrorCode error) => error is ErrorCode.UnknownTopicOrPartition or ErrorCode.LeaderNotAvailable
        or ErrorCode.NotLeaderOrFollower or ErrorCode.ReplicaNotAvailable or ErrorCode.FencedLeaderEpoch or ErrorCode.UnknownLeaderEpoch
        or ErrorCode.KafkaStorageError or ErrorCode.UnknownTopicId or ErrorCode.InconsistentTopicId;

    /// <summary>Whether a produce request with that answer may nevertheless have appended, or may be appended yet.</summary>
    internal static bool MayHaveAppended(ErrorCode error) => error is ErrorCode.RequestTimedOut or ErrorCode.NotEnoughReplicasAfterAppend
        or ErrorCode.NotLeaderOrFollower or ErrorCode.KafkaStorageError or ErrorCode.UnknownServerError or ErrorCode.NetworkException;

    /// <summary>Whether it says that the transaction, or the producer that has it, has come to an end by somebody else's doing.</summary>
    internal static bool EndsTransaction(ErrorCode error) => error is ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch
        or ErrorCode.InvalidTxnState or ErrorCode.InvalidProducerIdMapping or ErrorCode.TransactionAbortable;

    /// <summary>Whether it says that whoever commits offsets is not, or no longer, the member of the group that it says it is.</summary>
    internal static bool EndsMembership(ErrorCode error) => error is ErrorCode.IllegalGeneration or ErrorCode.UnknownMemberId
        or ErrorCode.FencedInstanceId or ErrorCode.StaleMemberEpoch or ErrorCode.GroupIdNotFound or ErrorCode.RebalanceInProgress;

    /// <summary>Whether it says that the coordinator has to be looked for again.</summary>
    internal static bool AsksForCoordinator(ErrorCode error) =>
        error is ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable;
}
