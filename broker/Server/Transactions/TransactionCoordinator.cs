using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups;
using Microsoft.Extensions.Logging;
using Described = Deterministic.Protocol.Apis.DescribeTransactionsResponse.DescribedTransaction;

namespace Deterministic.Server.Transactions;

/// <summary>
/// The transaction coordinator of one shard: serves the transactional ids whose partition of <c>__transaction_state</c> the shard
/// owns. A state machine: every method is called on that shard, takes an event, and answers at once or later through a callback
/// that is called exactly once. Lives as long as its shard. Requests may be slices of a network buffer; what is kept of them is copied.
/// <para>Durability goes in this order: the Prepare record, the answer to the client, the markers, the Complete record. Whatever a
/// restart finds at a Prepare record goes on from there.</para>
/// </summary>
public sealed class TransactionCoordinator
{
    private readonly Dictionary<int, TransactionPartition> _partitions = [];
    private readonly ITransactionLog _log;
    private readonly BatchCodecs _codecs;
    private readonly Func<short> _transactionVersion;
    private readonly MarkerWrites _markers;
    private readonly TransactionEnds _ends;
    private readonly ProducerInits _inits;
    private readonly PartitionAdds _adds;
    private readonly TransactionSweeps _sweeps;

    /// <summary>A coordinator without partitions.</summary>
    public TransactionCoordinator(
        Shard shard,
        TransactionConfig config,
        ITransactionLog log,
        ITransactionMarkers markers,
        IProducerIds ids,
        IGroupTopics topics,
        Func<short> transactionVersion,
        BatchCodecs codecs,
        ILogger logger)
    {
        Shard = shard;
        _log = log;
        _codecs = codecs;
        _transactionVersion = transactionVersion;
        _markers = new MarkerWrites(shard, markers, logger);
        _ends = new TransactionEnds(shard, ids, _markers);
        _inits = new ProducerInits(shard, config, ids, _ends);
        _adds = new PartitionAdds(shard, config, topics);
        _sweeps = new TransactionSweeps(shard, config, _ends, _partitions);
    }

    /// <summary>Its owner.</summary>
    public Shard Shard { get; }

    /// <summary>What it has of <c>__transaction_state</c>, by partition.</summary>
    public IReadOnlyDictionary<int, TransactionPartition> Partitions => _partitions;

    /// <summary>This node became leader of the partition, in that leader epoch; its records follow.</summary>
    public void BeginLoad(int partition, int leaderEpoch)
    {
        Check.That(Shard.IsCurrent, $"partition {partition} loaded on another shard than {Shard.Id}");
        var loading = new TransactionPartition(Shard, _log, _transactionVersion, partition, leaderEpoch);
        Check.That(_partitions.TryAdd(partition, loading), $"__transaction_state-{partition} is loaded twice");
        _sweeps.Start();
    }

    /// <summary>Some whole record batches of the partition, in log order.</summary>
    public void Replay(int partition, ReadOnlySpan<byte> batches)
    {
        var loading = _partitions[partition];
        Check.That(loading.IsLoading, $"__transaction_state-{partition} serves and was given records to load");
        loading.Replay(batches, _codecs);
    }

    /// <summary>That was all: its transactional ids are served from now on, and what was being ended goes on ending.</summary>
    public void EndLoad(int partition)
    {
        var loaded = _partitions[partition];
        loaded.IsLoading = false;
        foreach (var id in loaded.Ids.Values.ToArray())
        {
            if (id.Metadata is { IsEnding: true })
            {
                Mark.Hit("txn.ending-resumed-after-load");
                _markers.Start(id);
            }
        }
    }

    /// <summary>This node leads the partition no more: whoever waits is sent to look for the new coordinator.</summary>
    public void Unload(int partition)
    {
        if (!_partitions.Remove(partition, out var closed))
        {
            return;
        }

        Mark.Hit("txn.partition-unloaded");
        closed.IsClosed = true;
        foreach (var id in closed.Ids.Values.ToArray())
        {
            id.WakeWaiting();
        }
    }

    /// <summary>InitProducerId with a transactional id. Answers when the producer's epoch is durable.</summary>
    public void InitProducerId(int partition, InitProducerIdRequest request, Action<InitProducerIdResponse> answer)
    {
        var error = _inits.ErrorOf(request);
        TransactionPartition? active = null;
        if (error == ErrorCode.None)
        {
            error = ErrorOf(partition, request.TransactionalId, out active);
        }

        if (error != ErrorCode.None)
        {
            answer(ProducerInits.Refused(error));
        }
        else
        {
            _inits.Handle(active!.FindOrAdd(request.TransactionalId), request, answer);
        }
    }

    /// <summary>AddPartitionsToTxn or AddOffsetsToTxn. Answers when the partitions are durably part of the transaction.</summary>
    public void AddPartitions(int partition, TransactionPartitions request, Action<ErrorCode> answer)
    {
        if (Find(partition, request.TransactionalId, out var id) is var error and not ErrorCode.None)
        {
            answer(error);
        }
        else
        {
            _adds.Add(id!, request, answer);
        }
    }

    /// <summary>
    /// As <see cref="AddPartitions"/>, for the leader of a partition in whose produce request the adding is implied (KIP-890): waits a
    /// little for other transitions of the same transactional id.
    /// </summary>
    public void AddPartitionsWaiting(int partition, TransactionPartitions request, Action<ErrorCode> answer)
    {
        var wait = new AddWait(Shard, _adds.WaitMaxMs);
        wait.Try = () =>
        {
            var error = Find(partition, request.TransactionalId, out var id);
            if (error == ErrorCode.None && PartitionAdds.MustWait(id!, request) && wait.Park(id!))
            {
                return;
            }

            wait.End();
            AddPartitions(partition, request, answer);
        };
        wait.Try();
    }

    /// <summary>Whether a partition belongs to the open transaction of that producer: NONE, or why nothing may be appended in it.</summary>
    public ErrorCode Verify(int partition, in TransactionPartitions request, TopicPartition verified) =>
        Find(partition, request.TransactionalId, out var id) is var error and not ErrorCode.None
            ? error
            : PartitionAdds.Verify(id!, request, verified);

    /// <summary>EndTxn. Answers when it is durable how the transaction ends; its markers follow.</summary>
    public void EndTransaction(int partition, EndTxnRequest request, short clientVersion, Action<EndTxnResponse> answer)
    {
        if (Find(partition, request.TransactionalId, out var id) is var error and not ErrorCode.None)
        {
            answer(TransactionEnds.Refused(error));
        }
        else
        {
            _ends.Handle(id!, request, clientVersion, answer);
        }
    }

    /// <summary>DescribeTransactions, one of them.</summary>
    public Described Describe(int partition, Text transactionalId)
    {
        var error = ErrorOf(partition, transactionalId, out var active);
        return error != ErrorCode.None
            ? TransactionListings.Failed(transactionalId, error)
            : TransactionListings.Describe(active!.Find(transactionalId), transactionalId);
    }

    /// <summary>ListTransactions, those of this shard.</summary>
    public ListTransactionsResponse List(TransactionFilter filter)
    {
        var response = new ListTransactionsResponse();
        foreach (var (_, partition) in _partitions)
        {
            if (partition.IsLoading)
            {
                response.ErrorCode = (short)ErrorCode.CoordinatorLoadInProgress;
                response.TransactionStates.Clear();
                return response;
            }

            TransactionListings.List(partition, filter, Shard.WallClockMs, ref response);
        }

        return response;
    }

    private ErrorCode Find(int partition, Text transactionalId, out TransactionalId? id)
    {
        id = null;
        var error = ErrorOf(partition, transactionalId, out var active);
        if (error != ErrorCode.None)
        {
            return error;
        }

        id = active!.Find(transactionalId);
        if (id is null)
        {
            Mark.Hit("txn.id-unknown");
            return ErrorCode.InvalidProducerIdMapping;
        }

        return ErrorCode.None;
    }

    private ErrorCode ErrorOf(int partition, Text transactionalId, out TransactionPartition? active)
    {
        Check.That(Shard.IsCurrent, $"a transaction of shard {Shard.Id} was asked for elsewhere");
        active = null;
        if (transactionalId.IsNullOrEmpty || transactionalId.Utf8.Length > short.MaxValue)
        {
            return ErrorCode.InvalidRequest;
        }

        if (!_partitions.TryGetValue(partition, out var found))
        {
            Mark.Hit("txn.not-coordinator");
            return ErrorCode.NotCoordinator;
        }

        if (found.IsLoading)
        {
            Mark.Hit("txn.load-in-progress");
            return ErrorCode.CoordinatorLoadInProgress;
        }

        active = found;
        return ErrorCode.None;
    }
}
