using Deterministic.Protocol;

namespace Deterministic.Server.Groups;

/// <summary>
/// Which coordinator serves a group. Any shard may ask; the answers come from an image that is replaced whole.
/// </summary>
public interface IGroupRouting
{
    /// <summary>Partitions of <c>__consumer_offsets</c>; 0 while the topic does not exist.</summary>
    int OffsetsPartitionCount { get; }

    /// <summary>The coordinators of this node, one per shard.</summary>
    IReadOnlyList<GroupCoordinator> Coordinators { get; }

    /// <summary>The coordinator on the shard that owns the partition, or null when this node does not lead it.</summary>
    GroupCoordinator? CoordinatorOf(int partition);

    /// <summary>The node that leads the partition, as clients of that listener reach it; null when it has no leader or the leader has no such listener.</summary>
    CoordinatorEndpoint? EndpointOf(int partition, string listenerName);

    /// <summary>Creates <c>__consumer_offsets</c> when it does not exist; NONE when it is there and <see cref="OffsetsPartitionCount"/> says so.</summary>
    ValueTask<ErrorCode> EnsureOffsetsTopicAsync();
}
