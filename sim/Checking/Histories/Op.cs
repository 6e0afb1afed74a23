namespace Deterministic.Checking.Histories;

/// <summary>
/// One line of a history: the start or the end of what a client did. Immutable, owned by its <see cref="History"/>.
/// </summary>
public sealed record Op
{
    /// <summary>Position in the history, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>One client's life: one op at a time, and a new number after a crash or a seek.</summary>
    public required int Process { get; init; }

    public required OpType Type { get; init; }

    public required OpFunction Function { get; init; }

    /// <summary>Nanoseconds on one clock for the whole history; never falls.</summary>
    public required long TimeNs { get; init; }

    /// <summary>In a completion: what was asked and everything that was learned, also when the op failed.</summary>
    public IReadOnlyList<Mop> Mops { get; init; } = [];

    /// <summary>In a completion: the rebalance callbacks that ran meanwhile.</summary>
    public IReadOnlyList<Rebalance> Rebalances { get; init; } = [];

    /// <summary>In a completion that is not ok: Kafka's name of the error, for example PRODUCER_FENCED.</summary>
    public string? Error { get; init; }

    public ProducerTraits Producer { get; init; } = ProducerTraits.Default;

    public ConsumerTraits Consumer { get; init; } = ConsumerTraits.Default;

    /// <summary>All of it happens or nothing.</summary>
    public bool IsTransaction =>
        Function == OpFunction.Txn || (Function == OpFunction.Send && Producer.TransactionalId is not null);
}
