using Deterministic.Protocol;
using Deterministic.Server.Groups;
using Deterministic.Server.Handlers;

namespace Deterministic.Server.Composition;

/// <summary>Which coordinator serves a group, from the image of the shard that asks. Owned by that shard, lives as long.</summary>
internal sealed class ImageGroupRouting(BrokerShard shard, Func<ValueTask<ErrorCode>> createOffsetsTopic) : IGroupRouting
{
    private GroupCoordinator[]? _coordinators;

    /// <inheritdoc/>
    public int OffsetsPartitionCount => shard.Image.FindTopic(InternalTopics.ConsumerOffsets)?.Partitions.Length ?? 0;

    /// <inheritdoc/>
    public IReadOnlyList<GroupCoordinator> Coordinators => _coordinators ??= [.. shard.Peers.Select(peer => peer.Groups)];

    /// <inheritdoc/>
    public GroupCoordinator? CoordinatorOf(int partition) =>
        shard.Image.FindTopic(InternalTopics.ConsumerOffsets) is { } topic
        && topic.FindPartition(partition) is { } found
        && found.Leader == shard.NodeId
            ? Coordinators[shard.Map.OwnerOf(topic.Id, partition)]
            : null;

    /// <inheritdoc/>
    public CoordinatorEndpoint? EndpointOf(int partition, string listenerName) =>
        shard.Image.FindTopic(InternalTopics.ConsumerOffsets)?.FindPartition(partition) is { } found
        && shard.Image.FindBroker(found.Leader)?.FindEndpoint(listenerName) is { } endpoint
            ? new CoordinatorEndpoint(found.Leader, endpoint.Host, endpoint.Port)
            : null;

    /// <inheritdoc/>
    public ValueTask<ErrorCode> EnsureOffsetsTopicAsync() =>
        OffsetsPartitionCount > 0 ? new ValueTask<ErrorCode>(ErrorCode.None) : createOffsetsTopic();
}
