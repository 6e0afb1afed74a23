using Deterministic.Protocol;
using Deterministic.Server.Replication;
using Deterministic.Server.Transactions;

namespace Deterministic.Server.Composition;

/// <summary>Takes markers from the coordinators of one shard to the shards that own the partitions. Owned by the former, lives as long.</summary>
internal sealed class ShardMarkers(BrokerShard shard) : ITransactionMarkers
{
    /// <inheritdoc/>
    public void Write(TransactionMarker marker, TopicPartition partition, Action<ErrorCode> done)
    {
        if (shard.Image.FindTopic(partition.Topic) is not { } topic || topic.FindPartition(partition.Partition) is not { } found)
        {
            done(ErrorCode.UnknownTopicOrPartition);
            return;
        }

        if (found.Leader != shard.NodeId)
        {
            done(ErrorCode.NotLeaderOrFollower);
            return;
        }

        var owner = shard.Peers[shard.Map.OwnerOf(topic.Id, partition.Partition)];
        var id = new TopicIdPartition(topic.Id, partition.Partition);
        owner.Shard.Post(() => owner.Markers.Append(id, topic.Name, marker, error => shard.Shard.Post(() => done(error))));
    }
}
