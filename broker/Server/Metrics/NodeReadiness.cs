using Deterministic.Server.Groups;
using Deterministic.Server.Metadata;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Metrics;

/// <summary>Why a broker is not ready, in words. Stateless.</summary>
internal static class NodeReadiness
{
    /// <summary>Of the node, on shard 0.</summary>
    internal static string? OfNode(BrokerNode node)
    {
        if (node is not { State: NodeState.Running, Parts: { } parts, Storage: { } storage })
        {
            return node.State switch
            {
                NodeState.Starting => "the broker is starting: metadata and logs are being loaded",
                NodeState.ShuttingDown => "the broker is stopping",
                _ => "the broker is not running",
            };
        }

        if (parts.Controller.Raft.IsFailed)
        {
            return "the metadata log has failed";
        }

        if (parts.Controller.Committed.FindBroker(parts.Identity.NodeId) is not { IsFenced: false })
        {
            return $"broker {parts.Identity.NodeId} is fenced";
        }

        return storage.LogDirs.All(storage.IsOffline) ? "every log directory has failed" : null;
    }

    /// <summary>Of one shard, there.</summary>
    internal static string? OfShard(BrokerShard shard, MetadataImage? committed)
    {
        if (committed is not null && shard.Image.Offset < committed.Offset)
        {
            return $"shard {shard.Shard.Id} acts by metadata up to offset {shard.Image.Offset}, {committed.Offset} is committed";
        }

        var closed = 0;
        foreach (var (_, topic) in shard.Image.TopicsById)
        {
            foreach (var partition in topic.Partitions)
            {
                closed += IsMissing(shard, topic, partition) ? 1 : 0;
            }
        }

        if (closed > 0)
        {
            return $"the logs of {closed} partitions could not be opened yet";
        }

        var loading = shard.Groups.Partitions.Values.Count(partition => partition.State == GroupPartitionState.Loading)
            + shard.Transactions.Partitions.Values.Count(partition => partition.IsLoading);
        return loading > 0 ? $"{loading} partitions of __consumer_offsets and __transaction_state are being loaded" : null;
    }

    private static bool IsMissing(BrokerShard shard, TopicImage topic, PartitionImage partition) =>
        shard.Map.OwnerOf(topic.Id, partition.PartitionId) == shard.Shard.Id.Value
        && partition.Replicas.Contains(shard.NodeId)
        && shard.FindPartition(new TopicIdPartition(topic.Id, partition.PartitionId)) is null
        && shard.Directories.Any(directory => !directory.IsOffline);
}
