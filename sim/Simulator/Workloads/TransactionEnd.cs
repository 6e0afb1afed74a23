namespace Deterministic.Simulator.Workloads;

/// <summary>How a client means to end a transaction. Part of a plan.</summary>
public enum TransactionEnd
{
    /// <summary>It commits.</summary>
    Commit,

    /// <summary>It aborts.</summary>
    Abort,

    /// <summary>It walks away, and the transaction stays open until somebody else ends it.</summary>
    Leave,
}
