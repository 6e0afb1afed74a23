using Deterministic.Protocol;
using Deterministic.Server.Groups;

namespace Deterministic.Server.Transactions;

/// <summary>Which coordinator serves a transactional id. Any shard may ask; the answers come from an image that is replaced whole.</summary>
public interface ITransactionRouting
{
    /// <summary>Partitions of <c>__transaction_state</c>; 0 while the topic does not exist.</summary>
    int PartitionCount { get; }

    /// <summary>The coordinators of this node, one per shard.</summary>
    IReadOnlyList<TransactionCoordinator> Coordinators { get; }

    /// <summary>The coordinator on the shard that owns the partition, or null when this node does not lead it.</summary>
    TransactionCoordinator? CoordinatorOf(int partition);

    /// <summary>The node that leads the partition, as clients of that listener reach it; null when it has no leader or the leader has no such listener.</summary>
    CoordinatorEndpoint? EndpointOf(int partition, string listenerName);

    /// <summary>Creates <c>__transaction_state</c> when it does not exist; NONE when it is there and <see cref="PartitionCount"/> says so.</summary>
    ValueTask<ErrorCode> EnsureTopicAsync();
}
