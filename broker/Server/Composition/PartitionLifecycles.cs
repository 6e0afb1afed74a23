using Deterministic.Server.Replication;

namespace Deterministic.Server.Composition;

/// <summary>Tells several of partitions that come and go. Owned by the shard, lives as long.</summary>
internal sealed class PartitionLifecycles(params IPartitionLifecycle[] listeners) : IPartitionLifecycle
{
    /// <inheritdoc/>
    public void OnLeading(Partition partition)
    {
        foreach (var listener in listeners)
        {
            listener.OnLeading(partition);
        }
    }

    /// <inheritdoc/>
    public void OnLeft(Partition partition)
    {
        foreach (var listener in listeners)
        {
            listener.OnLeft(partition);
        }
    }

    /// <inheritdoc/>
    public void OnTopicDeleted(string topic)
    {
        foreach (var listener in listeners)
        {
            listener.OnTopicDeleted(topic);
        }
    }
}
