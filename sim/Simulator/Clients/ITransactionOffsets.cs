using Deterministic.Checking.Histories;

namespace Deterministic.Simulator.Clients;

/// <summary>The offsets that a transaction commits beside its records. Lives for the transaction.</summary>
internal interface ITransactionOffsets
{
    /// <summary>For whom it commits them, as the history has it; null: it is not in there.</summary>
    ConsumerTraits? Traits { get; }

    /// <summary>What stands of them in the history.</summary>
    IReadOnlyList<Mop> Mops { get; }

    /// <summary>Makes them part of the transaction; false when the coordinator of the group refuses, or there is no time left.</summary>
    Task<bool> CommitAsync(TransactionCalls calls, ProducerIdentity identity, long untilMs);

    /// <summary>The transaction has ended: looks whether the group's offsets say so.</summary>
    Task CheckAsync(TransactionCalls calls, bool isCommit, long untilMs);
}
