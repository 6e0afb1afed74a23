namespace Deterministic.Simulator.Workloads;

/// <summary>A producer with a transactional id sends batches in one transaction and ends it; part of a plan. Clients may share ids, and then fence each other.</summary>
public sealed record TransactOperation : PlannedOperation
{
    /// <summary>The transactional id.</summary>
    public required string TransactionalId { get; init; }

    /// <summary>After which the coordinator aborts the transaction, in milliseconds.</summary>
    public required int TimeoutMs { get; init; }

    /// <summary>As in a <see cref="SendOperation"/>. Topics whose records a fault may destroy are left out.</summary>
    public required IReadOnlyList<PlannedBatch> Batches { get; init; }

    /// <summary>Whether it commits an offset in the transaction too, for a group of that transactional id.</summary>
    public bool CommitsOffset { get; init; }

    /// <summary>How long it thinks before the end, in milliseconds.</summary>
    public int LingerMs { get; init; }

    /// <summary>How it means to end.</summary>
    public TransactionEnd End { get; init; }
}
