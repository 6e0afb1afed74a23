using Deterministic.Protocol;

namespace Deterministic.Server;

/// <summary>
/// Which shard owns what: the same on every shard and in every life of a node with that many shards. Partitions of one topic
/// go to consecutive shards. Immutable.
/// </summary>
public sealed record ShardMap(int ShardCount)
{
    /// <summary>The shard that owns the metadata log and the controller, and accepts connections.</summary>
    public const int ControllerShard = 0;

    /// <summary>The number of the shard that owns a partition.</summary>
    public int OwnerOf(Uuid topicId, int partitionId)
    {
        var start = unchecked((uint)(topicId.High ^ topicId.Low ^ (topicId.High >> 32) ^ (topicId.Low >> 32)));
        return (int)((start + (uint)partitionId) % (uint)ShardCount);
    }
}
