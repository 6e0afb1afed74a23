using Deterministic.Protocol;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Handlers;

/// <summary>Who leads a partition for the clients of a listener, and which replicas cannot be reached. Stateless.</summary>
internal static class PartitionAvailability
{
    /// <summary>
    /// Whether another node is to be asked. A partition without leader whose replica is here is answered for by its owner: its log
    /// directory has failed, and clients are told that.
    /// </summary>
    internal static bool IsElsewhere(PartitionImage partition, int nodeId) =>
        partition.Leader != nodeId && (partition.Leader != PartitionImage.NoLeader || !partition.Replicas.Contains(nodeId));

    /// <summary>The leader's node id, or -1 with the reason.</summary>
    internal static int LeaderOf(MetadataImage image, PartitionImage partition, string listenerName, out ErrorCode error)
    {
        if (partition.Leader == PartitionImage.NoLeader || !image.IsBrokerActive(partition.Leader))
        {
            error = ErrorCode.LeaderNotAvailable;
            return PartitionImage.NoLeader;
        }

        if (image.FindBroker(partition.Leader)?.FindEndpoint(listenerName) is null)
        {
            error = ErrorCode.ListenerNotFound;
            return PartitionImage.NoLeader;
        }

        error = ErrorCode.None;
        return partition.Leader;
    }

    /// <summary>Replicas on brokers that are not there, or in log directories that are not.</summary>
    internal static Seq<int> OfflineReplicas(MetadataImage image, PartitionImage partition)
    {
        var offline = default(Seq<int>);
        for (var i = 0; i < partition.Replicas.Length; i++)
        {
            if (!IsOnline(image, partition.Replicas[i], partition.Directories[i]))
            {
                offline.Add(partition.Replicas[i]);
            }
        }

        return offline;
    }

    private static bool IsOnline(MetadataImage image, int brokerId, Uuid directory) =>
        image.FindBroker(brokerId) is { IsFenced: false } broker
        && (directory == DirectoryIds.Unassigned || directory == DirectoryIds.Migrating
            || broker.LogDirs.IsEmpty || broker.LogDirs.Contains(directory));
}
