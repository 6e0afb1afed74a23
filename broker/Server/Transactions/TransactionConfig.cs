namespace Deterministic.Server.Transactions;

/// <summary>What transactions may be told; the defaults are Kafka's. Read-only, lives as long as the coordinator.</summary>
public sealed record TransactionConfig
{
    /// <summary><c>transaction.max.timeout.ms</c>: the longest timeout that a producer may ask for.</summary>
    public int MaxTimeoutMs { get; init; } = 900_000;

    /// <summary><c>transaction.abort.timed.out.transaction.cleanup.interval.ms</c></summary>
    public int AbortTimedOutIntervalMs { get; init; } = 10_000;

    /// <summary><c>transactional.id.expiration.ms</c>: how long an id without an open transaction is remembered.</summary>
    public int IdExpirationMs { get; init; } = 604_800_000;

    /// <summary><c>transaction.remove.expired.transaction.cleanup.interval.ms</c></summary>
    public int RemoveExpiredIntervalMs { get; init; } = 3_600_000;

    /// <summary><c>transaction.two.phase.commit.enable</c></summary>
    public bool TwoPhaseCommitEnable { get; init; }

    /// <summary><c>add.partitions.to.txn.retry.backoff.max.ms</c>: how long a produce request waits for the transaction before its own to be complete.</summary>
    public int AddPartitionsWaitMaxMs { get; init; } = 100;
}
