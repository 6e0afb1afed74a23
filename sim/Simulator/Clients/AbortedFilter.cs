using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Records;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// Which batches of one fetch answer a consumer hands on: markers never, and for read_committed only what no aborted transaction of
/// the answer's list covers. Lives for the answer.
/// </summary>
internal sealed class AbortedFilter
{
    private readonly ConsumedPartition _partition;
    private readonly bool _isReadCommitted;
    private readonly bool _mayBeCorrupt;
    private readonly long _lastStableOffset;
    private readonly Queue<FetchResponse.AbortedTransaction> _upcoming = new();
    private readonly HashSet<long> _aborting = [];

    internal AbortedFilter(ConsumedPartition partition, in FetchResponse.PartitionData data, bool mayBeCorrupt)
    {
        _partition = partition;
        _mayBeCorrupt = mayBeCorrupt;
        _lastStableOffset = data.LastStableOffset;
        _isReadCommitted = !data.AbortedTransactions.IsNull;
        var before = -1L;
        foreach (ref var transaction in data.AbortedTransactions)
        {
            if (transaction.FirstOffset < before)
            {
                throw new ViolationException(
                    "aborted-transactions-in-order", $"a fetch of {partition.Key} lists an aborted transaction from {transaction.FirstOffset} behind one from {before}");
            }

            before = transaction.FirstOffset;
            _upcoming.Enqueue(transaction);
        }
    }

    /// <summary>Whether the consumer sees the batch.</summary>
    internal bool Passes(RecordBatchView batch)
    {
        var header = batch.Header;
        if (_isReadCommitted && header.LastOffset >= _lastStableOffset && !_mayBeCorrupt)
        {
            throw new ViolationException(
                "below-last-stable-offset",
                $"a read_committed fetch of {_partition.Key} returns a batch of {header.BaseOffset} to {header.LastOffset}; the last stable offset is {_lastStableOffset}");
        }

        while (_upcoming.TryPeek(out var next) && next.FirstOffset <= header.LastOffset)
        {
            _aborting.Add(_upcoming.Dequeue().ProducerId);
        }

        if (header.Attributes.IsControl)
        {
            _aborting.Remove(header.ProducerId);
            return false;
        }

        return !(_isReadCommitted && header.Attributes.IsTransactional && _aborting.Contains(header.ProducerId));
    }
}
