using Deterministic.Protocol;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Composition;

/// <summary>What groups need to know of topics, from the image of their shard. Owned by the shard, lives as long.</summary>
internal sealed class ImageGroupTopics(BrokerShard shard) : IGroupTopics
{
    private MetadataImage _seen = MetadataImage.Empty;
    private long _version;

    /// <inheritdoc/>
    public long Version
    {
        get
        {
            var image = shard.Image;
            if (!ReferenceEquals(image.TopicsById, _seen.TopicsById) || !ReferenceEquals(image.Brokers, _seen.Brokers))
            {
                _version++;
            }

            _seen = image;
            return _version;
        }
    }

    /// <inheritdoc/>
    public long MetadataOffset => shard.Image.Offset;

    /// <inheritdoc/>
    public IEnumerable<Text> Names => shard.Image.TopicsByName.Keys;

    /// <inheritdoc/>
    public bool TryFind(string name, out Uuid id, out int partitionCount)
    {
        var topic = shard.Image.FindTopic(name);
        id = topic?.Id ?? default;
        partitionCount = topic?.Partitions.Length ?? 0;
        return topic is not null;
    }

    /// <inheritdoc/>
    public bool TryFind(Uuid id, out string name, out int partitionCount)
    {
        var topic = shard.Image.FindTopic(id);
        name = topic?.Name ?? "";
        partitionCount = topic?.Partitions.Length ?? 0;
        return topic is not null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> RacksOf(Uuid id, int partition)
    {
        var image = shard.Image;
        if (image.FindPartition(id, partition) is not { } found)
        {
            return [];
        }

        var racks = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var replica in found.Replicas)
        {
            if (image.FindBroker(replica)?.Rack is { } rack)
            {
                racks.Add(rack);
            }
        }

        return [.. racks];
    }
}
