using Deterministic.Protocol;

namespace Deterministic.Server.Transactions;

/// <summary>Takes the end of a transaction to the leaders of its partitions. Called and answered on the shard of the coordinator.</summary>
public interface ITransactionMarkers
{
    /// <summary>
    /// Writes a marker. <paramref name="done"/> is called exactly once: NONE when it is durable, and for a partition of
    /// <c>__consumer_offsets</c> its offsets count; UNKNOWN_TOPIC_OR_PARTITION when there is no such partition any more.
    /// </summary>
    void Write(TransactionMarker marker, TopicPartition partition, Action<ErrorCode> done);
}
