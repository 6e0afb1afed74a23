using Deterministic.Protocol;
using Deterministic.Server.Groups;

namespace Deterministic.Server.Composition;

/// <summary>What groups need to know of topics, from the image of their shard. Owned by the shard, lives as long.</summary>
internal sealed class ImageGroupTopics(BrokerShard shard) : IGroupTopics
{
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
}
