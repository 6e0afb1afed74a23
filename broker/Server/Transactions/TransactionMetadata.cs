using System.Collections.Immutable;
using Deterministic.Protocol;

namespace Deterministic.Server.Transactions;

/// <summary>
/// What a record of <c>__transaction_state</c> says of a transactional id. Immutable: a decision is the next one, and it counts
/// once its record is durable.
/// </summary>
public sealed record TransactionMetadata
{
    /// <summary>No producer id, or not known.</summary>
    internal const long NoProducerId = -1;

    /// <summary>No epoch, or not known.</summary>
    internal const short NoEpoch = -1;

    /// <summary>The transaction version since which every end of a transaction raises the epoch (KIP-890).</summary>
    internal const short EpochRaisedSince = 2;

    /// <summary>The producer id.</summary>
    public required long ProducerId { get; init; }

    /// <summary>The producer id before the one above, or the same.</summary>
    public long PreviousProducerId { get; init; } = NoProducerId;

    /// <summary>The producer id that takes over when the transaction that is ending is complete: the epochs of this one are used up.</summary>
    public long NextProducerId { get; init; } = NoProducerId;

    /// <summary>The epoch of the producer.</summary>
    public required short ProducerEpoch { get; init; }

    /// <summary>How long a transaction may be open.</summary>
    public required int TimeoutMs { get; init; }

    /// <summary>The state.</summary>
    public required TransactionState State { get; init; }

    /// <summary>The partitions of the open or ending transaction, in the order they came.</summary>
    public ImmutableArray<TopicPartition> Partitions { get; init; } = [];

    /// <summary>When this was decided.</summary>
    public required long LastUpdateMs { get; init; }

    /// <summary>When the latest transaction began; -1 before the first one of this producer.</summary>
    public long StartMs { get; init; } = -1;

    /// <summary>The transaction version that the client spoke.</summary>
    public short ClientVersion { get; init; }

    /// <summary>Whether markers are being written.</summary>
    public bool IsEnding => State is TransactionState.PrepareCommit or TransactionState.PrepareAbort;

    /// <summary>Whether no transaction is open or ending.</summary>
    public bool IsIdle => State is TransactionState.Empty or TransactionState.CompleteCommit or TransactionState.CompleteAbort;

    /// <summary>Whether no epoch is left for a new producer: the last one is kept for fencing.</summary>
    internal bool IsEpochExhausted => IsExhausted(ProducerEpoch);

    internal static bool IsExhausted(short epoch) => epoch >= short.MaxValue - 1;

    /// <summary>How the transaction that is ending will be complete.</summary>
    internal TransactionMetadata Completed(long nowMs)
    {
        var next = this with
        {
            State = State == TransactionState.PrepareCommit ? TransactionState.CompleteCommit : TransactionState.CompleteAbort,
            PreviousProducerId = ProducerId,
            NextProducerId = NoProducerId,
            Partitions = [],
            LastUpdateMs = nowMs,
        };
        return NextProducerId == NoProducerId ? next : next with { ProducerId = NextProducerId, ProducerEpoch = 0 };
    }
}
