namespace Deterministic.Server.Transactions;

/// <summary>Where a transactional id is; the numbers are those of the records of <c>__transaction_state</c>.</summary>
public enum TransactionState
{
    /// <summary>Its producer has begun nothing yet.</summary>
    Empty = 0,

    /// <summary>A transaction is open.</summary>
    Ongoing = 1,

    /// <summary>It is decided that the transaction commits; its markers are being written.</summary>
    PrepareCommit = 2,

    /// <summary>It is decided that the transaction aborts; its markers are being written.</summary>
    PrepareAbort = 3,

    /// <summary>Every marker of the commit is written.</summary>
    CompleteCommit = 4,

    /// <summary>Every marker of the abort is written.</summary>
    CompleteAbort = 5,

    /// <summary>Forgotten. Records of this broker never say so: a tombstone does.</summary>
    Dead = 6,

    /// <summary>An epoch is being raised. Records never say so.</summary>
    PrepareEpochFence = 7,
}
