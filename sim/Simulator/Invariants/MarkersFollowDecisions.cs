using Deterministic.Server.Transactions;
using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// A marker that ends an open transaction is in a log only once it is durable in <c>__transaction_state</c> that the transaction of
/// that producer and epoch ends so.
/// </summary>
internal sealed class MarkersFollowDecisions(World world, Func<string, bool> mayHarm) : IInvariant
{
    private readonly Dictionary<WatchedLog, ProducerReplay> _replays = [];

    /// <inheritdoc/>
    public string Name => "markers-follow-decisions";

    /// <inheritdoc/>
    public void OnMoved(BrokerWatch watch, WatchedLog log)
    {
        if (log.IsMetadata)
        {
            return;
        }

        if (!_replays.TryGetValue(log, out var replay))
        {
            replay = new ProducerReplay();
            _replays.Add(log, replay);
        }

        var batches = log.History.Batches;
        for (var i = log.FirstAdded; i < batches.Count; i++)
        {
            replay.Follow(log.History, i);
            if (batches[i].IsCommit is { } isCommit && replay.Model.Find(batches[i].ProducerId) is { OpenSince: >= 0 } && !mayHarm(log.Log!.Path))
            {
                Check(watch, log, batches[i], isCommit);
            }
        }

        replay.Follow(log.History);
    }

    private void Check(BrokerWatch watch, WatchedLog log, KnownBatch marker, bool isCommit)
    {
        foreach (var id in watch.Parts!.Shards.SelectMany(shard => shard.Transactions.Partitions.Values).SelectMany(partition => partition.Ids.Values))
        {
            // What a coordinator that is still loading, or that has forgotten the id, would say is not known.
            if (id.Metadata is { } decided && decided.ProducerId == marker.ProducerId && !id.Partition.IsLoading && !IsSo(decided, marker, isCommit))
            {
                world.Fail(Name, $"{log} has the marker {marker} ({(isCommit ? "commit" : "abort")}), and {id.Id} is {decided}");
            }
        }
    }

    private static bool IsSo(TransactionMetadata decided, in KnownBatch marker, bool isCommit) =>
        decided.ProducerEpoch == marker.ProducerEpoch
        && (decided.State is TransactionState.PrepareCommit or TransactionState.CompleteCommit or TransactionState.PrepareAbort or TransactionState.CompleteAbort)
        && isCommit == (decided.State is TransactionState.PrepareCommit or TransactionState.CompleteCommit);
}
