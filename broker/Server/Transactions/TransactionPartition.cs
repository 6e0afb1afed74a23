using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Transactions;

/// <summary>
/// One partition of <c>__transaction_state</c> and the transactional ids in it: decides nothing, appends what was decided, and
/// <see cref="Replay(ReadOnlyMemory{byte}, Blob)"/>s it once it is durable. Owned by the shard that owns the partition; lives while
/// this node leads it.
/// </summary>
public sealed class TransactionPartition
{
    private readonly Dictionary<Text, TransactionalId> _ids = [];
    private readonly RecordBatchBuilder _builder = new();
    private readonly Shard _shard;
    private readonly ITransactionLog _log;
    private readonly Func<short> _transactionVersion;

    internal TransactionPartition(Shard shard, ITransactionLog log, Func<short> transactionVersion, int index, int coordinatorEpoch)
    {
        _shard = shard;
        _log = log;
        _transactionVersion = transactionVersion;
        Index = index;
        CoordinatorEpoch = coordinatorEpoch;
    }

    /// <summary>Number of the partition.</summary>
    public int Index { get; }

    /// <summary>The leader epoch in which this node leads it: what markers say of their coordinator.</summary>
    public int CoordinatorEpoch { get; }

    /// <summary>Whether its log is still being read: COORDINATOR_LOAD_IN_PROGRESS.</summary>
    public bool IsLoading { get; internal set; } = true;

    /// <summary>Whether it went away: nothing is decided in it any more.</summary>
    public bool IsClosed { get; internal set; }

    /// <summary>Its transactional ids.</summary>
    public IReadOnlyDictionary<Text, TransactionalId> Ids => _ids;

    /// <summary>The transactional id, or null when there is no record of it.</summary>
    public TransactionalId? Find(Text id) => _ids.GetValueOrDefault(id);

    /// <summary>The transactional id; a new one leaves no trace until a record of it is durable.</summary>
    internal TransactionalId FindOrAdd(Text id)
    {
        if (!_ids.TryGetValue(id, out var found))
        {
            found = new TransactionalId(this, id.Copy());
            _ids.Add(found.Id, found);
        }

        return found;
    }

    /// <summary>
    /// Appends what was decided of a transactional id (null: a tombstone). When that is durable it is replayed, then
    /// <paramref name="done"/> is told, then whoever waited for it.
    /// </summary>
    internal void Append(TransactionalId id, TransactionMetadata? next, Action<ErrorCode> done)
    {
        Check.That(!id.IsBusy, $"transactional id {id.Id} decides while it appends");
        id.IsBusy = true;
        id.Pending = next;
        var key = TransactionRecords.KeyOf(id.Id);
        var value = next is null ? Blob.Null : TransactionRecords.ValueOf(next, _transactionVersion());
        _builder.Begin(new BatchOptions());
        _builder.Append(_shard.WallClockMs, key, value);
        _log.Append(Index, _builder.BuildArray(), error =>
        {
            id.IsBusy = false;
            id.Pending = null;
            if (error == ErrorCode.None)
            {
                Replay(key.Bytes, value);
            }
            else
            {
                Mark.Hit("txn.append-failed");
            }

            done(error);
            id.WakeWaiting();
            MaybeForget(id);
        });
    }

    /// <summary>Applies a record to what is durable: the only code that does, for records of this life and of earlier ones.</summary>
    internal void Replay(ReadOnlyMemory<byte> key, Blob value)
    {
        if (TransactionRecords.ReadKey(key) is not { } id)
        {
            Mark.Hit("txn.record-of-unknown-kind");
            return;
        }

        if (TransactionRecords.ReadValue(value) is { } metadata)
        {
            Take(FindOrAdd(id), metadata);
        }
        else if (Find(id) is { } gone)
        {
            gone.Metadata = null;
            MaybeForget(gone);
        }
    }

    private void Take(TransactionalId id, TransactionMetadata metadata)
    {
        if (metadata.State != TransactionState.Ongoing)
        {
            id.DeadlineMs = long.MaxValue;
        }
        else if (id.Metadata?.State != TransactionState.Ongoing)
        {
            var leftMs = Math.Clamp(metadata.StartMs + metadata.TimeoutMs - _shard.WallClockMs, 0, metadata.TimeoutMs);
            id.DeadlineMs = _shard.MonotonicMs + leftMs;
        }

        id.Metadata = metadata;
    }

    /// <summary>Replays whole batches as they stand in the log.</summary>
    /// <exception cref="InvalidRecordException">A batch cannot be read.</exception>
    internal void Replay(ReadOnlySpan<byte> batches, BatchCodecs codecs)
    {
        foreach (var batch in new RecordBatchReader(batches))
        {
            if (batch.Header.Attributes.IsControl)
            {
                continue;
            }

            using var opened = OpenedBatch.Open(batch, codecs);
            foreach (var record in opened.Records)
            {
                Replay(record.Key.ToArray(), record.IsValueNull ? Blob.Null : new Blob(record.Value.ToArray()));
            }
        }
    }

    /// <summary>Forgets an id of which nothing durable is left and which nobody uses.</summary>
    internal void MaybeForget(TransactionalId id)
    {
        if (id.IsUnused && ReferenceEquals(Find(id.Id), id))
        {
            _ids.Remove(id.Id);
        }
    }
}
