using Deterministic.Protocol;
using Deterministic.Protocol.Stored.Metadata;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Controller;

/// <summary>
/// Decides what changes when a log directory of this node fails: it is no longer among those that are online, and the partitions in it have
/// no leader until a start finds it again (KIP-858). Stateless.
/// </summary>
internal static class DirectoryFailure
{
    internal static MetadataRecordList Decide(Uuid directory, MetadataImage image, int nodeId)
    {
        var records = new MetadataRecordList();
        if (image.FindBroker(nodeId) is not { } broker || !broker.LogDirs.Contains(directory))
        {
            return records;
        }

        var online = broker.LogDirs.Remove(directory);
        if (online.IsEmpty)
        {
            // A registration without directories would say nothing of them; the broker stops.
            return records;
        }

        records.Add(
            new BrokerRegistrationChangeRecord { BrokerId = nodeId, BrokerEpoch = broker.BrokerEpoch, LogDirs = Seq<Uuid>.Of(online) },
            RecordVersions.BrokerDirectories);
        var hasElr = image.FeatureLevel(FeatureNames.EligibleLeaderReplicasVersion) > 0;
        foreach (var topic in image.TopicsByName.Values)
        {
            foreach (var partition in topic.Partitions)
            {
                if (partition.Leader == nodeId && partition.DirectoryOf(nodeId) == directory)
                {
                    records.Add(Leaderless(topic.Id, partition, nodeId, hasElr), RecordVersions.PartitionChange);
                }
            }
        }

        return records;
    }

    /// <summary>It stays eligible: what is in the directory is all that was committed.</summary>
    private static PartitionChangeRecord Leaderless(Uuid topicId, PartitionImage partition, int nodeId, bool hasElr)
    {
        var record = new PartitionChangeRecord { PartitionId = partition.PartitionId, TopicId = topicId, Leader = PartitionImage.NoLeader };
        if (hasElr)
        {
            record.Isr = PartitionImage.ToSeq(partition.Isr.Remove(nodeId));
            record.EligibleLeaderReplicas = PartitionImage.ToSeq([.. partition.EligibleLeaderReplicas.Add(nodeId).Distinct().Order()]);
            record.LastKnownElr = PartitionImage.ToSeq([nodeId]);
        }

        return record;
    }
}
