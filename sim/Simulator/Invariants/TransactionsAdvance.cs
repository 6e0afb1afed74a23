using Deterministic.Protocol;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Handlers;
using Deterministic.Server.Transactions;
using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// A transactional id goes along the permitted edges, the epoch of a producer id never goes back, and a transaction is complete only
/// when none of its partitions has it open any more.
/// </summary>
internal sealed class TransactionsAdvance(World world, Func<string, bool> mayHarm) : IInvariant
{
    private readonly Dictionary<(string Node, Text Id), (TransactionalId Id, TransactionMetadata Metadata)> _known = [];

    /// <inheritdoc/>
    public string Name => "transactions-advance";

    /// <inheritdoc/>
    public void OnMoved(BrokerWatch watch, WatchedLog log)
    {
        if (!string.Equals(log.Name.Topic, InternalTopics.TransactionState, StringComparison.Ordinal) || mayHarm(log.Log!.Path))
        {
            return;
        }

        var shard = watch.Parts!.Shards[log.Log.Group.Shard.Id.Value];
        if (!shard.Transactions.Partitions.TryGetValue(log.Name.Partition, out var partition) || partition.IsLoading)
        {
            return;
        }

        foreach (var (text, id) in partition.Ids)
        {
            var key = (watch.Broker.Node.Name, text);
            if (id.Metadata is not { } now)
            {
                _known.Remove(key);
                continue;
            }

            if (_known.TryGetValue(key, out var known) && !ReferenceEquals(known.Metadata, now))
            {
                Check(watch, text, known.Metadata, now, isSameLife: ReferenceEquals(known.Id, id));
            }

            _known[key] = (id, now);
        }
    }

    private void Check(BrokerWatch watch, Text id, TransactionMetadata before, TransactionMetadata now, bool isSameLife)
    {
        if (now.ProducerId == before.ProducerId && now.ProducerEpoch < before.ProducerEpoch)
        {
            world.Fail(Name, $"{id} went from epoch {before.ProducerEpoch} to {now.ProducerEpoch} of producer {now.ProducerId}");
        }

        if (isSameLife && !IsPermitted(before.State, now.State))
        {
            world.Fail(Name, $"{id} went from {before.State} to {now.State}");
        }

        if (isSameLife && before.IsEnding && now.IsIdle)
        {
            foreach (var partition in before.Partitions)
            {
                CheckEnded(watch, id, before, partition);
            }
        }
    }

    private void CheckEnded(BrokerWatch watch, Text id, TransactionMetadata ended, TopicPartition partition)
    {
        foreach (var log in watch.Logs)
        {
            if (log.IsOpen && log.Name == partition && !mayHarm(log.Log!.Path)
                && log.Log.Producers.Find(ended.ProducerId) is { HasOpenTransaction: true } open && open.ProducerEpoch <= ended.ProducerEpoch)
            {
                world.Fail(Name, $"{id} is complete, and {log} has its transaction open since {open.TransactionFirstOffset}");
            }
        }
    }

    private static bool IsPermitted(TransactionState from, TransactionState to) => from switch
    {
        TransactionState.Ongoing => to is TransactionState.Ongoing or TransactionState.PrepareCommit or TransactionState.PrepareAbort,
        TransactionState.PrepareCommit => to == TransactionState.CompleteCommit,
        TransactionState.PrepareAbort => to == TransactionState.CompleteAbort,
        TransactionState.Empty or TransactionState.CompleteCommit or TransactionState.CompleteAbort =>
            to is TransactionState.Empty or TransactionState.Ongoing or TransactionState.PrepareAbort,
        _ => false,
    };
}
