using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Stored.Metadata;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Controller;

/// <summary>Decides UnregisterBroker: the cluster forgets a broker that is gone for good; its replicas stay named. Stateless.</summary>
internal static class BrokerRemoval
{
    internal static ControllerDecision<UnregisterBrokerResponse> Decide(in UnregisterBrokerRequest request, ControllerContext context)
    {
        var records = new MetadataRecordList();
        if (context.Image.FindBroker(request.BrokerId) is not { } broker)
        {
            return Answer(records, ErrorCode.BrokerIdNotRegistered, $"Broker ID {request.BrokerId} is not currently registered");
        }

        if (broker.BrokerId == context.Node.NodeId)
        {
            Mark.Hit("broker.removal-of-itself");
            return Answer(
                records, ErrorCode.InvalidRequest, $"Broker {broker.BrokerId} is the one that answers: only a broker that is stopped can be unregistered");
        }

        Mark.Hit("broker.removed");
        foreach (var topic in context.Image.TopicsById.Values)
        {
            foreach (var partition in topic.Partitions)
            {
                Leave(topic, partition, broker.BrokerId, records);
            }
        }

        records.Add(new UnregisterBrokerRecord { BrokerId = broker.BrokerId, BrokerEpoch = broker.BrokerEpoch });
        return Answer(records, ErrorCode.None, null);
    }

    /// <summary>It is in sync no more and eligible no more, unless nobody else has what it has.</summary>
    private static void Leave(TopicImage topic, PartitionImage partition, int broker, MetadataRecordList records)
    {
        var record = new PartitionChangeRecord { PartitionId = partition.PartitionId, TopicId = topic.Id };
        var isChanged = false;
        if (partition.Isr.Length > 1 && partition.Isr.Contains(broker))
        {
            record.Isr = PartitionImage.ToSeq(partition.Isr.Remove(broker));
            isChanged = true;
        }

        if (partition.EligibleLeaderReplicas.Contains(broker) && (partition.Isr.Length > 0 || partition.EligibleLeaderReplicas.Length > 1))
        {
            record.EligibleLeaderReplicas = PartitionImage.ToSeq(partition.EligibleLeaderReplicas.Remove(broker));
            isChanged = true;
        }

        if (partition.Leader == broker)
        {
            record.Leader = PartitionImage.NoLeader;
            isChanged = true;
        }

        if (isChanged)
        {
            records.Add(record, RecordVersions.PartitionChange);
        }
    }

    private static ControllerDecision<UnregisterBrokerResponse> Answer(MetadataRecordList records, ErrorCode error, string? message) =>
        new(records, new UnregisterBrokerResponse { ErrorCode = (short)error, ErrorMessage = Text.Of(message) });
}
