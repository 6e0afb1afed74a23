namespace Deterministic.Storage;

/// <summary>
/// What a log knows of one producer id (KIP-98): epoch, the last five batches, its open transaction. Owned by its table.
/// </summary>
internal sealed class ProducerState(long producerId)
{
    /// <summary>How many batches a producer may have under way, so how far back a duplicate is known.</summary>
    internal const int BatchesKept = 5;

    private readonly ProducerBatch[] _batches = new ProducerBatch[BatchesKept];
    private int _first;

    internal long ProducerId { get; } = producerId;

    internal short ProducerEpoch { get; private set; } = -1;

    internal int CoordinatorEpoch { get; set; } = -1;

    internal long LastTimestamp { get; set; } = -1;

    /// <summary>When this process last heard of it, by the wall clock; what expiry counts from.</summary>
    internal long LastSeenMs { get; set; }

    /// <summary>First offset of the open transaction, or -1.</summary>
    internal long TransactionFirstOffset { get; set; } = -1;

    internal int BatchCount { get; private set; }

    internal bool HasOpenTransaction => TransactionFirstOffset >= 0;

    internal ProducerBatch LastBatch => BatchCount == 0 ? ProducerBatch.None : _batches[(_first + BatchCount - 1) % BatchesKept];

    /// <summary>The last offset it wrote, or -1 when only markers are known.</summary>
    internal long LastOffset => LastBatch.LastOffset;

    /// <summary>One that says the same and changes on its own.</summary>
    internal ProducerState Copy()
    {
        var copy = new ProducerState(ProducerId)
        {
            ProducerEpoch = ProducerEpoch,
            CoordinatorEpoch = CoordinatorEpoch,
            LastTimestamp = LastTimestamp,
            LastSeenMs = LastSeenMs,
            TransactionFirstOffset = TransactionFirstOffset,
            BatchCount = BatchCount,
            _first = _first,
        };
        _batches.CopyTo(copy._batches, 0);
        return copy;
    }

    /// <summary>Takes on an epoch; a new one forgets the batches of the old.</summary>
    internal void SetEpoch(short epoch)
    {
        if (epoch != ProducerEpoch)
        {
            ProducerEpoch = epoch;
            BatchCount = 0;
            _first = 0;
        }
    }

    internal void AddBatch(in ProducerBatch batch)
    {
        if (BatchCount == BatchesKept)
        {
            _batches[_first] = batch;
            _first = (_first + 1) % BatchesKept;
        }
        else
        {
            _batches[(_first + BatchCount) % BatchesKept] = batch;
            BatchCount++;
        }
    }

    internal bool TryFindDuplicate(short epoch, int firstSequence, int lastSequence, out ProducerBatch duplicate)
    {
        for (var i = 0; epoch == ProducerEpoch && i < BatchCount; i++)
        {
            duplicate = _batches[(_first + i) % BatchesKept];
            if (duplicate.FirstSequence == firstSequence && duplicate.LastSequence == lastSequence)
            {
                return true;
            }
        }

        duplicate = default;
        return false;
    }
}
