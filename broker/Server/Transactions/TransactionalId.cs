using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Transactions;

/// <summary>
/// One transactional id. What is durable is <see cref="Metadata"/>, changed by <see cref="TransactionPartition"/> alone; the
/// rest is of this life. Owned by the shard of its partition; lives while that partition is loaded and it has a record or an
/// append under way.
/// <para>Invariant: at most one append is under way, so a decision is always about what is durable.</para>
/// </summary>
public sealed class TransactionalId(TransactionPartition partition, Text id)
{
    /// <summary>Where its records are.</summary>
    public TransactionPartition Partition { get; } = partition;

    /// <summary>The id, in memory of its own.</summary>
    public Text Id { get; } = id;

    /// <summary>As the latest durable record has it; null while there is none.</summary>
    public TransactionMetadata? Metadata { get; internal set; }

    /// <summary>
    /// Until when the open transaction may be open, by the monotonic clock: what time there was left when it began, or was loaded.
    /// A wall clock that is set does not change it.
    /// </summary>
    public long DeadlineMs { get; internal set; } = long.MaxValue;

    /// <summary>
    /// The epoch before the current one, if the producer that has the current one had that one too, so that it may ask again for
    /// an answer it has not got (KIP-360); -1 when another producer had it. Forgotten with this life, as in Kafka.
    /// </summary>
    internal short LastProducerEpoch { get; set; } = TransactionMetadata.NoEpoch;

    /// <summary>The decision that is being appended, or null.</summary>
    internal TransactionMetadata? Pending { get; set; }

    /// <summary>Whether an append (or the question for a producer id before it) is under way.</summary>
    internal bool IsBusy { get; set; }

    /// <summary>The markers that are being written; null when none are.</summary>
    internal MarkerRound? Markers { get; set; }

    /// <summary>Who waits for the append, or the markers, to be done; woken in order.</summary>
    internal Queue<Action> Waiting { get; } = new();

    /// <summary>Whether nothing would be lost by forgetting it.</summary>
    internal bool IsUnused => Metadata is null && !IsBusy && Waiting.Count == 0;

    /// <summary>Something ended: whoever waited looks again.</summary>
    internal void WakeWaiting()
    {
        // Who has to wait again stands at the end of the queue, and is not woken twice.
        for (var i = Waiting.Count; i > 0 && Waiting.TryDequeue(out var waiting); i--)
        {
            waiting();
        }
    }
}
