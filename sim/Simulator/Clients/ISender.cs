using Deterministic.Simulator.Workloads;

namespace Deterministic.Simulator.Clients;

/// <summary>Who stands behind the batches of a <see cref="ProduceRound"/>. Owned by a client process.</summary>
internal interface ISender
{
    /// <summary>How it produces.</summary>
    PlannedProducer Plan { get; }

    /// <summary>Who it is; null: nobody yet, or not idempotent.</summary>
    ProducerIdentity? Identity { get; }

    /// <summary>The chain of sequences of some partition broke: a new identity is needed before the next batch.</summary>
    bool MustRenew { get; set; }

    /// <summary>The transactional id; null outside of transactions.</summary>
    string? TransactionalId { get; }

    /// <summary>The newest version of Produce that it may use.</summary>
    short ProduceVersionMax { get; }

    /// <summary>Takes a new identity, if it must. False when it cannot: what is not sent is given up.</summary>
    Task<bool> BecomeAsync(long untilMs);
}
