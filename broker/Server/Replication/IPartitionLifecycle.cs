namespace Deterministic.Server.Replication;

/// <summary>Acts on partitions that this node begins or ceases to lead. Called on the shard that owns the partition.</summary>
internal interface IPartitionLifecycle
{
    /// <summary>This node leads it from now on.</summary>
    void OnLeading(Partition partition);

    /// <summary>This node leads it no more.</summary>
    void OnLeft(Partition partition);

    /// <summary>A topic is gone from the image.</summary>
    void OnTopicDeleted(string topic);
}
