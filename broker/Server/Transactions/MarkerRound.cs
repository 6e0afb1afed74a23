using Deterministic.Protocol;

namespace Deterministic.Server.Transactions;

/// <summary>The markers of one ending transaction: where they are still missing. Owned by its transactional id; lives until the last one is written.</summary>
internal sealed class MarkerRound(TransactionMarker marker, IEnumerable<TopicPartition> partitions)
{
    /// <summary>What each partition is told.</summary>
    internal TransactionMarker Marker { get; } = marker;

    /// <summary>The partitions that have not got it yet.</summary>
    internal HashSet<TopicPartition> Missing { get; } = [.. partitions];
}
