using System.Runtime.InteropServices;
using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Replication;

/// <summary>
/// A topic that is made again under the name of a deleted one has the same directories but other shards: a partition is opened only once
/// the shard that had that name has renamed what was there. Shards follow the metadata each at its own pace, so they tell each other.
/// Owned by the partition table of its shard, lives as long.
/// </summary>
internal sealed class NameHandover(BrokerShard shard)
{
    private readonly HashSet<TopicIdPartition> _leaving = [];
    private readonly HashSet<TopicIdPartition> _leftEarly = [];
    private readonly Dictionary<TopicPartition, int> _taken = [];

    /// <summary>Whether a partition that another shard had may still lie under the name; that shard will say when it does not.</summary>
    internal bool IsTaken(in TopicPartition name) => _taken.ContainsKey(name);

    /// <summary>The image has the topic no more, and its partitions of this shard have left their directories.</summary>
    internal void OnDeleted(TopicImage topic)
    {
        var left = new List<int>();
        foreach (var partition in topic.Partitions)
        {
            var id = new TopicIdPartition(topic.Id, partition.PartitionId);
            if (shard.Map.OwnerOf(topic.Id, partition.PartitionId) == shard.Shard.Id.Value)
            {
                left.Add(partition.PartitionId);
            }
            else if (!_leftEarly.Remove(id))
            {
                _leaving.Add(id);
                CollectionsMarshal.GetValueRefOrAddDefault(_taken, new TopicPartition(topic.Name, partition.PartitionId), out _)++;
            }
        }

        foreach (var peer in left.Count > 0 ? shard.Peers : [])
        {
            if (peer != shard)
            {
                peer.Shard.Post(() => peer.OnNamesFreed(topic, left));
            }
        }
    }

    /// <summary>Another shard has renamed the directory of a partition, perhaps before this one has heard of the deletion. True when the name is free now.</summary>
    internal bool OnFreed(TopicImage topic, int partition)
    {
        var id = new TopicIdPartition(topic.Id, partition);
        if (!_leaving.Remove(id))
        {
            Mark.Hit("partition.name-freed-early");
            _leftEarly.Add(id);
            return false;
        }

        var name = new TopicPartition(topic.Name, partition);
        if (--CollectionsMarshal.GetValueRefOrNullRef(_taken, name) > 0)
        {
            return false;
        }

        _taken.Remove(name);
        return true;
    }
}
