using System.Globalization;
using Deterministic.Protocol.Stored.Metadata;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Configs;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Controller;

/// <summary>The first records of a cluster: its feature levels. Stateless.</summary>
public static class BootstrapRecords
{
    private const string TransactionName = "Bootstrap records";

    /// <summary>The feature levels of a new cluster, as formatting writes them to <c>bootstrap.checkpoint</c>.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> OfNewCluster()
    {
        var records = new MetadataRecordList();
        foreach (var (name, level) in SupportedFeatures.OfNewCluster)
        {
            records.Add(new FeatureLevelRecord { Name = Text.Of(name), FeatureLevel = level });
        }

        return records.Records;
    }

    /// <summary>
    /// The bootstrap records as the first batch of a log: one transaction, and with ELR the cluster-wide
    /// min.insync.replicas, which ELR takes from the metadata rather than from each broker's properties.
    /// </summary>
    internal static IReadOnlyList<ReadOnlyMemory<byte>> WithTransaction(
        IReadOnlyList<ReadOnlyMemory<byte>> bootstrap, BrokerConfig config)
    {
        var records = new List<ReadOnlyMemory<byte>>
        {
            MetadataSnapshotRecords.Encode(new BeginTransactionRecord { Name = Text.Of(TransactionName) }),
        };
        records.AddRange(bootstrap);
        records.Add(MetadataSnapshotRecords.Encode(new ConfigRecord
        {
            ResourceType = ConfigResource.Broker,
            ResourceName = Text.Empty,
            Name = Text.Of("min.insync.replicas"),
            Value = Text.Of(config.MinInsyncReplicas.ToString(CultureInfo.InvariantCulture)),
        }));
        records.Add(MetadataSnapshotRecords.Encode(new EndTransactionRecord()));
        return records;
    }
}
