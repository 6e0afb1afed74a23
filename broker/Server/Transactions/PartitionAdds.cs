using System.Collections.Immutable;
using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Server.Groups;

namespace Deterministic.Server.Transactions;

/// <summary>
/// Partitions become part of a transaction, the first of them begins it; and the question whether one is. Owned by the coordinator
/// of its shard.
/// </summary>
internal sealed class PartitionAdds(Shard shard, TransactionConfig config, IGroupTopics topics)
{
    /// <summary>How long an implied addition waits for another transition.</summary>
    internal int WaitMaxMs => config.AddPartitionsWaitMaxMs;

    /// <summary>Whether the only thing in the way is a transition that will be done soon.</summary>
    internal static bool MustWait(TransactionalId id, in TransactionPartitions request) => ErrorOf(id, request) == ErrorCode.ConcurrentTransactions;

    internal void Add(TransactionalId id, in TransactionPartitions request, Action<ErrorCode> answer)
    {
        var error = ErrorOf(id, request);
        if (error != ErrorCode.None)
        {
            answer(error);
            return;
        }

        var current = id.Metadata!;
        var added = request.Partitions.Where(partition => !current.Partitions.Contains(partition)).ToImmutableArray();
        if (current.State == TransactionState.Ongoing && added.IsEmpty)
        {
            Mark.Hit("txn.partition-added-again");
            answer(ErrorCode.None);
            return;
        }

        if (added.Any(partition => !IsThere(partition)))
        {
            // This shard's image may lag behind that of the client's; a marker must never find the topic missing for that.
            Mark.Hit("txn.added-partition-unknown");
            answer(ErrorCode.UnknownTopicOrPartition);
            return;
        }

        var nowMs = shard.WallClockMs;
        var isFirst = current.State != TransactionState.Ongoing;
        var next = current with
        {
            State = TransactionState.Ongoing,
            PreviousProducerId = current.ProducerId,
            Partitions = [.. current.Partitions, .. added],
            StartMs = isFirst ? nowMs : current.StartMs,
            LastUpdateMs = nowMs,
            ClientVersion = request.ClientVersion,
        };
        id.Partition.Append(id, next, appendError => answer(GroupAnswers.OfAppend(appendError)));
    }

    internal static ErrorCode Verify(TransactionalId id, in TransactionPartitions request, TopicPartition verified)
    {
        if (id.Metadata is not { } current || current.ProducerId != request.ProducerId)
        {
            return ErrorCode.InvalidProducerIdMapping;
        }

        if (current.ProducerEpoch != request.ProducerEpoch)
        {
            Mark.Hit("txn.verify-of-fenced-producer");
            return ErrorCode.ProducerFenced;
        }

        if (current.IsEnding)
        {
            Mark.Hit("txn.verify-while-ending");
            return ErrorCode.ConcurrentTransactions;
        }

        if (!current.Partitions.Contains(verified))
        {
            Mark.Hit("txn.partition-not-added");
            return ErrorCode.TransactionAbortable;
        }

        return ErrorCode.None;
    }

    private static ErrorCode ErrorOf(TransactionalId id, in TransactionPartitions request)
    {
        // First of all: what is being appended may be the producer id that this request comes with.
        if (id.IsBusy)
        {
            return ErrorCode.ConcurrentTransactions;
        }

        if (id.Metadata is not { } current || current.ProducerId != request.ProducerId)
        {
            return ErrorCode.InvalidProducerIdMapping;
        }

        if (current.ProducerEpoch != request.ProducerEpoch)
        {
            Mark.Hit("txn.add-of-fenced-producer");
            return ErrorCode.ProducerFenced;
        }

        return current.IsEnding ? ErrorCode.ConcurrentTransactions : ErrorCode.None;
    }

    private bool IsThere(TopicPartition partition) =>
        topics.TryFind(partition.Topic, out _, out var count) && partition.Partition >= 0 && partition.Partition < count;
}
