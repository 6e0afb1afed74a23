using Deterministic.Kernel;
using Deterministic.Protocol;
using Microsoft.Extensions.Logging;

namespace Deterministic.Server.Transactions;

/// <summary>
/// The second half of an ending transaction: markers to every partition until each has its own, then the Complete record. Starts
/// only from a durable Prepare record. Owned by the coordinator of its shard.
/// </summary>
internal sealed class MarkerWrites(Shard shard, ITransactionMarkers markers, ILogger log)
{
    /// <summary>After how long a marker, or the Complete record, that could not be written is tried again.</summary>
    internal const int RetryMs = 100;

    internal void Start(TransactionalId id)
    {
        var ending = id.Metadata!;
        Check.That(ending.IsEnding, $"{id.Id} is {ending.State}: no markers belong to that");
        var marker = new TransactionMarker(
            ending.ProducerId,
            ending.ProducerEpoch,
            ending.State == TransactionState.PrepareCommit,
            id.Partition.CoordinatorEpoch,
            ending.ClientVersion);
        var round = new MarkerRound(marker, ending.Partitions);
        id.Markers = round;
        foreach (var partition in ending.Partitions)
        {
            Write(id, round, partition);
        }

        MaybeComplete(id, round);
    }

    private void Write(TransactionalId id, MarkerRound round, TopicPartition partition) =>
        markers.Write(round.Marker, partition, error => OnWritten(id, round, partition, error));

    private void OnWritten(TransactionalId id, MarkerRound round, TopicPartition partition, ErrorCode error)
    {
        if (id.Partition.IsClosed || !ReferenceEquals(id.Markers, round))
        {
            Mark.Hit("txn.marker-written-late");
            return;
        }

        switch (error)
        {
            case ErrorCode.UnknownTopicOrPartition:
                Mark.Hit("txn.marker-for-deleted-topic");
                round.Missing.Remove(partition);
                break;
            case ErrorCode.None:
                round.Missing.Remove(partition);
                break;
            case ErrorCode.InvalidProducerEpoch or ErrorCode.TransactionCoordinatorFenced:
                // Somebody else decided there, with a higher epoch. It stays as it is until another coordinator takes over, as in Kafka.
                Mark.Hit("txn.marker-fenced");
                TransactionsLog.MarkerFenced(log, id.Id.ToString(), partition, ErrorCodes.NameOf(error));
                return;
            default:
                Mark.Hit("txn.marker-retried");
                Later(() => OnRetry(id, round, partition));
                return;
        }

        MaybeComplete(id, round);
    }

    private void OnRetry(TransactionalId id, MarkerRound round, TopicPartition partition)
    {
        if (!id.Partition.IsClosed && ReferenceEquals(id.Markers, round))
        {
            Write(id, round, partition);
        }
    }

    private void MaybeComplete(TransactionalId id, MarkerRound round)
    {
        // Start may have been overtaken by its own last marker.
        if (round.Missing.Count == 0 && ReferenceEquals(id.Markers, round))
        {
            id.Markers = null;
            Complete(id);
        }
    }

    private void Complete(TransactionalId id)
    {
        var complete = id.Metadata!.Completed(shard.WallClockMs);
        id.Partition.Append(id, complete, error =>
        {
            if (error != ErrorCode.None)
            {
                Mark.Hit("txn.complete-retried");
                Later(() => OnCompleteRetry(id));
            }
        });
    }

    private void OnCompleteRetry(TransactionalId id)
    {
        if (!id.Partition.IsClosed && !id.IsBusy && id.Metadata is { IsEnding: true })
        {
            Complete(id);
        }
    }

    private void Later(Action action) =>
        shard.Timers.Schedule(shard.MonotonicMs + RetryMs, static state => ((Action)state!)(), action);
}
