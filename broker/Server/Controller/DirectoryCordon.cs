using System.Collections.Immutable;
using Deterministic.Protocol;
using Deterministic.Protocol.Stored.Metadata;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Controller;

/// <summary>Decides which log directories of this node take no new partitions (KIP-1066), as its configuration says now. Stateless.</summary>
internal static class DirectoryCordon
{
    internal static MetadataRecordList Decide(ImmutableArray<Uuid> cordoned, MetadataImage image, int nodeId)
    {
        var records = new MetadataRecordList();
        if (image.FindBroker(nodeId) is { } broker && !(broker.CordonedLogDirs ?? []).SequenceEqual(cordoned))
        {
            records.Add(
                new BrokerRegistrationChangeRecord { BrokerId = nodeId, BrokerEpoch = broker.BrokerEpoch, CordonedLogDirs = Seq<Uuid>.Of(cordoned) },
                RecordVersions.BrokerCordon);
        }

        return records;
    }
}
