using Deterministic.Protocol;
using Deterministic.Server.Groups;
using Deterministic.Server.Handlers;
using Deterministic.Server.Transactions;

namespace Deterministic.Server.Composition;

/// <summary>Which coordinator serves a transactional id, from the image of the shard that asks. Owned by that shard, lives as long.</summary>
internal sealed class ImageTransactionRouting(BrokerShard shard, Func<ValueTask<ErrorCode>> createTopic) : ITransactionRouting
{
    private TransactionCoordinator[]? _coordinators;

    /// <inheritdoc/>
    public int PartitionCount => shard.Image.FindTopic(InternalTopics.TransactionState)?.Partitions.Length ?? 0;

    /// <inheritdoc/>
    public IReadOnlyList<TransactionCoordinator> Coordinators => _coordinators ??= [.. shard.Peers.Select(peer => peer.Transactions)];

    /// <inheritdoc/>
    public TransactionCoordinator? CoordinatorOf(int partition) =>
        shard.Image.FindTopic(InternalTopics.TransactionState) is { } topic
        && topic.FindPartition(partition) is { } found
        && found.Leader == shard.NodeId
            ? Coordinators[shard.Map.OwnerOf(topic.Id, partition)]
            : null;

    /// <inheritdoc/>
    public CoordinatorEndpoint? EndpointOf(int partition, string listenerName) =>
        shard.Image.FindTopic(InternalTopics.TransactionState)?.FindPartition(partition) is { } found
        && shard.Image.FindBroker(found.Leader)?.FindEndpoint(listenerName) is { } endpoint
            ? new CoordinatorEndpoint(found.Leader, endpoint.Host, endpoint.Port)
            : null;

    /// <inheritdoc/>
    public ValueTask<ErrorCode> EnsureTopicAsync() => PartitionCount > 0 ? new ValueTask<ErrorCode>(ErrorCode.None) : createTopic();
}
