using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Records;

namespace Deterministic.Storage;

/// <summary>
/// The producers of one log: duplicates, gaps, fencing, open transactions (KIP-98, KIP-360, KIP-890). A pure function of the
/// log below <see cref="EndOffset"/>, apart from expiry. Owned by its log's shard.
/// <para>Invariant: every open transaction's first offset stands in the sorted set, and nothing else does.</para>
/// </summary>
internal sealed class ProducerStateTable
{
    /// <summary>The transaction version since which every end of a transaction raises the producer's epoch (KIP-890).</summary>
    private const short EpochRaisedSince = 2;

    private readonly Dictionary<long, ProducerState> _producers = [];
    private readonly SortedSet<long> _openTransactions = [];
    private readonly List<FinishedTransaction> _unreplicated = [];

    /// <summary>The offset up to which batches were taken in.</summary>
    internal long EndOffset { get; set; }

    internal int Count => _producers.Count;

    internal IEnumerable<ProducerState> Producers => _producers.Values;

    /// <summary>Where the first transaction begins that is open, or whose marker is not below the high watermark; or null.</summary>
    internal long? FirstUnstableOffset
    {
        get
        {
            long? first = _openTransactions.Count > 0 ? _openTransactions.Min : null;
            return _unreplicated.Count > 0 ? Math.Min(first ?? long.MaxValue, _unreplicated[0].FirstOffset) : first;
        }
    }

    internal ProducerState? Find(long producerId) => _producers.GetValueOrDefault(producerId);

    /// <summary>Whether a client's batch may follow what its producer wrote before. None: append it.</summary>
    internal ErrorCode CheckAppend(in RecordBatchHeader batch, out ProducerBatch? duplicate)
    {
        duplicate = null;
        if (!_producers.TryGetValue(batch.ProducerId, out var state))
        {
            return ErrorCode.None;
        }

        if (state.TryFindDuplicate(batch.ProducerEpoch, batch.BaseSequence, batch.LastSequence, out var found))
        {
            duplicate = found;
            return ErrorCode.None;
        }

        if (batch.ProducerEpoch < state.ProducerEpoch)
        {
            Mark.Hit("append.producer-fenced");
            return ErrorCode.InvalidProducerEpoch;
        }

        if (state.HasOpenTransaction && !batch.Attributes.IsTransactional)
        {
            Mark.Hit("append.not-in-its-transaction");
            return ErrorCode.InvalidTxnState;
        }

        if (!IsInSequence(state, batch))
        {
            Mark.Hit("append.out-of-order-sequence");
            return ErrorCode.OutOfOrderSequenceNumber;
        }

        return ErrorCode.None;
    }

    /// <summary>Whether a batch that a coordinator made in a transaction may be appended.</summary>
    internal ErrorCode CheckCoordinatorAppend(in RecordBatchHeader batch)
    {
        if (_producers.TryGetValue(batch.ProducerId, out var state) && batch.ProducerEpoch < state.ProducerEpoch)
        {
            Mark.Hit("append.offsets-of-fenced-producer");
            return ErrorCode.InvalidProducerEpoch;
        }

        return ErrorCode.None;
    }

    /// <summary>
    /// Whether a transaction marker may be appended. One of transaction version 2 has a higher epoch than the data it ends; with the
    /// epoch that is here already it is either a repetition of the marker that raised it, or late (KIP-1228).
    /// </summary>
    internal ErrorCode CheckMarker(in RecordBatchHeader batch, in ControlRecord marker, short transactionVersion)
    {
        if (!_producers.TryGetValue(batch.ProducerId, out var state))
        {
            return ErrorCode.None;
        }

        var isLate = transactionVersion >= EpochRaisedSince && batch.ProducerEpoch == state.ProducerEpoch && state.HasOpenTransaction;
        if (batch.ProducerEpoch < state.ProducerEpoch || isLate)
        {
            Mark.Hit("append.marker-of-old-epoch");
            return ErrorCode.InvalidProducerEpoch;
        }

        if (marker.CoordinatorEpoch < state.CoordinatorEpoch)
        {
            Mark.Hit("append.marker-of-old-coordinator");
            return ErrorCode.TransactionCoordinatorFenced;
        }

        return ErrorCode.None;
    }

    /// <summary>Whether that producer has a transaction of that epoch open here.</summary>
    internal bool HasOpenTransaction(long producerId, short producerEpoch) =>
        _producers.TryGetValue(producerId, out var state) && state.HasOpenTransaction && state.ProducerEpoch == producerEpoch;

    /// <summary>Takes in a client's batch as it stands in the log.</summary>
    internal void ReplayData(in RecordBatchHeader batch, long nowMs)
    {
        var state = GetOrAdd(batch.ProducerId);
        state.SetEpoch(batch.ProducerEpoch);
        state.LastTimestamp = batch.MaxTimestamp;
        state.LastSeenMs = nowMs;
        state.AddBatch(new ProducerBatch(batch.LastSequence, batch.LastOffset, batch.LastOffsetDelta, batch.MaxTimestamp));
        if (batch.Attributes.IsTransactional && !state.HasOpenTransaction)
        {
            state.TransactionFirstOffset = batch.BaseOffset;
            _openTransactions.Add(batch.BaseOffset);
        }
    }

    /// <summary>Takes in what compaction has left of a producer's last marker: its epoch.</summary>
    internal void ReplayEpoch(in RecordBatchHeader batch, long nowMs)
    {
        var state = GetOrAdd(batch.ProducerId);
        state.SetEpoch(batch.ProducerEpoch);
        state.LastTimestamp = batch.MaxTimestamp;
        state.LastSeenMs = nowMs;
    }

    /// <summary>Takes in a marker; returns the transaction it ended, if one was open.</summary>
    internal FinishedTransaction? ReplayMarker(in RecordBatchHeader batch, in ControlRecord marker, long nowMs)
    {
        var state = GetOrAdd(batch.ProducerId);
        state.SetEpoch(batch.ProducerEpoch);
        state.LastTimestamp = batch.MaxTimestamp;
        state.LastSeenMs = nowMs;
        state.CoordinatorEpoch = marker.CoordinatorEpoch;
        if (!state.HasOpenTransaction)
        {
            return null;
        }

        var finished = new FinishedTransaction(
            batch.ProducerId, state.TransactionFirstOffset, batch.BaseOffset, IsAborted: !marker.IsCommit);
        _openTransactions.Remove(state.TransactionFirstOffset);
        state.TransactionFirstOffset = -1;
        _unreplicated.Add(finished);
        _unreplicated.Sort(static (a, b) => a.FirstOffset.CompareTo(b.FirstOffset));
        return finished;
    }

    /// <summary>The last stable offset as it is once this transaction has ended, ignoring replication.</summary>
    internal long LastStableOffsetAfter(in FinishedTransaction finished) =>
        _openTransactions.Count > 0 ? _openTransactions.Min : finished.LastOffset + 1;

    /// <summary>Markers below the high watermark no longer hold the last stable offset back.</summary>
    internal void OnHighWatermark(long highWatermark)
    {
        if (_unreplicated.Count > 0)
        {
            _unreplicated.RemoveAll(t => t.LastOffset < highWatermark);
        }
    }

    /// <summary>
    /// Forgets producers without open transaction that this process has not heard of for so long. Record timestamps do not
    /// count: a producer of old records must not lose its duplicate check with a restart.
    /// </summary>
    internal void Expire(long nowMs, int expirationMs)
    {
        List<long>? expired = null;
        foreach (var state in _producers.Values)
        {
            if (!state.HasOpenTransaction && nowMs - state.LastSeenMs >= expirationMs)
            {
                (expired ??= []).Add(state.ProducerId);
            }
        }

        foreach (var id in expired ?? [])
        {
            Mark.Hit("producers.expired");
            _producers.Remove(id);
        }
    }

    internal void Clear(long endOffset)
    {
        _producers.Clear();
        _openTransactions.Clear();
        _unreplicated.Clear();
        EndOffset = endOffset;
    }

    /// <summary>Becomes what another table is.</summary>
    internal void Adopt(ProducerStateTable other)
    {
        Clear(other.EndOffset);
        foreach (var (id, state) in other._producers)
        {
            _producers.Add(id, state.Copy());
        }

        _openTransactions.UnionWith(other._openTransactions);
        _unreplicated.AddRange(other._unreplicated);
    }

    /// <summary>Puts in what a snapshot held.</summary>
    internal void Restore(ProducerState state, long nowMs)
    {
        state.LastSeenMs = nowMs;
        _producers[state.ProducerId] = state;
        if (state.HasOpenTransaction)
        {
            _openTransactions.Add(state.TransactionFirstOffset);
        }
    }

    internal void CheckOpenTransactions()
    {
        var open = 0;
        foreach (var state in _producers.Values)
        {
            open += state.HasOpenTransaction ? 1 : 0;
        }

        Check.That(open == _openTransactions.Count, $"{open} producers have open transactions, {_openTransactions.Count} are listed");
    }

    private static bool IsInSequence(ProducerState state, in RecordBatchHeader batch)
    {
        if (state.ProducerEpoch < 0)
        {
            return true;
        }

        if (batch.ProducerEpoch != state.ProducerEpoch)
        {
            Mark.Hit("append.producer-epoch-changed");
            return batch.BaseSequence == 0;
        }

        var last = state.LastBatch.LastSequence;
        return batch.BaseSequence == (last < 0 ? 0 : RecordBatchHeader.SequenceAfter(last, 1));
    }

    private ProducerState GetOrAdd(long producerId)
    {
        if (!_producers.TryGetValue(producerId, out var state))
        {
            state = new ProducerState(producerId);
            _producers.Add(producerId, state);
        }

        return state;
    }
}
