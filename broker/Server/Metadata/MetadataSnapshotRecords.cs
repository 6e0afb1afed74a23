using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Deterministic.Protocol;
using Deterministic.Protocol.Stored;
using Deterministic.Protocol.Stored.Metadata;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Metadata;

/// <summary>
/// The records that make an image from nothing: what a snapshot holds. The same image gives the same records in the same
/// order, so two images are equal if these are. Stateless.
/// </summary>
public static class MetadataSnapshotRecords
{
    private const int NoBroker = -1;

    /// <summary>The records, encoded, in an order that replays.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Of(MetadataImage image)
    {
        return Features(image)
            .Concat(image.Brokers.Values.Select(broker => Encode(ToRecord(broker), RecordVersions.RegisterBroker)))
            .Concat(image.Controllers.Values.Select(controller => Encode(ToRecord(controller))))
            .Concat(image.TopicsByName.Values.SelectMany(Topic))
            .Concat(image.Configs.SelectMany(Config))
            .Concat(image.ClientQuotas.Values.Select(record => Encode(record)))
            .Concat(Rest(image));
    }

    /// <summary>The record of a partition that does not exist yet.</summary>
    public static PartitionRecord ToRecord(Uuid topicId, PartitionImage partition) => new()
    {
        PartitionId = partition.PartitionId,
        TopicId = topicId,
        Replicas = PartitionImage.ToSeq(partition.Replicas),
        Isr = PartitionImage.ToSeq(partition.Isr),
        RemovingReplicas = PartitionImage.ToSeq(partition.RemovingReplicas),
        AddingReplicas = PartitionImage.ToSeq(partition.AddingReplicas),
        Leader = partition.Leader,
        LeaderRecoveryState = partition.LeaderRecoveryState,
        LeaderEpoch = partition.LeaderEpoch,
        PartitionEpoch = partition.PartitionEpoch,
        Directories = ToSeq(partition.Directories),
        EligibleLeaderReplicas = NullWhenEmpty(partition.EligibleLeaderReplicas),
        LastKnownElr = NullWhenEmpty(partition.LastKnownElr),
    };

    /// <summary>The record that registers a broker.</summary>
    public static RegisterBrokerRecord ToRecord(BrokerImage broker)
    {
        var record = new RegisterBrokerRecord
        {
            BrokerId = broker.BrokerId,
            IsMigratingZkBroker = broker.IsMigratingZkBroker,
            IncarnationId = broker.IncarnationId,
            BrokerEpoch = broker.BrokerEpoch,
            Rack = Text.Of(broker.Rack),
            Fenced = broker.IsFenced,
            InControlledShutdown = broker.IsInControlledShutdown,
            LogDirs = ToSeq(broker.LogDirs),
            CordonedLogDirs = broker.CordonedLogDirs is { } cordoned ? ToSeq(cordoned) : Seq<Uuid>.Null,
        };
        foreach (var endpoint in broker.Endpoints)
        {
            record.EndPoints.Add(new RegisterBrokerRecord.BrokerEndpoint
            {
                Name = Text.Of(endpoint.ListenerName),
                Host = Text.Of(endpoint.Host),
                Port = (ushort)endpoint.Port,
                SecurityProtocol = endpoint.SecurityProtocol,
            });
        }

        foreach (var feature in broker.Features)
        {
            record.Features.Add(new RegisterBrokerRecord.BrokerFeature
            {
                Name = Text.Of(feature.Name),
                MinSupportedVersion = feature.MinSupportedVersion,
                MaxSupportedVersion = feature.MaxSupportedVersion,
            });
        }

        return record;
    }

    /// <summary>The record that registers a controller.</summary>
    public static RegisterControllerRecord ToRecord(ControllerImage controller)
    {
        var record = new RegisterControllerRecord
        {
            ControllerId = controller.ControllerId,
            IncarnationId = controller.IncarnationId,
            ZkMigrationReady = controller.IsZkMigrationReady,
        };
        foreach (var endpoint in controller.Endpoints)
        {
            record.EndPoints.Add(new RegisterControllerRecord.ControllerEndpoint
            {
                Name = Text.Of(endpoint.ListenerName),
                Host = Text.Of(endpoint.Host),
                Port = (ushort)endpoint.Port,
                SecurityProtocol = endpoint.SecurityProtocol,
            });
        }

        foreach (var feature in controller.Features)
        {
            record.Features.Add(new RegisterControllerRecord.ControllerFeature
            {
                Name = Text.Of(feature.Name),
                MinSupportedVersion = feature.MinSupportedVersion,
                MaxSupportedVersion = feature.MaxSupportedVersion,
            });
        }

        return record;
    }

    internal static ReadOnlyMemory<byte> Encode<T>(T record, short version = 0)
        where T : struct, IStoredMessage => MetadataRecordFrame.Encode(ref record, version);

    private static IEnumerable<ReadOnlyMemory<byte>> Features(MetadataImage image)
    {
        // metadata.version first: it says how to read the rest.
        if (image.MetadataVersion > 0)
        {
            yield return Encode(FeatureRecord(FeatureNames.MetadataVersion, image.MetadataVersion));
        }

        foreach (var (name, level) in image.Features)
        {
            if (name != FeatureNames.MetadataVersion)
            {
                yield return Encode(FeatureRecord(name, level));
            }
        }
    }

    private static FeatureLevelRecord FeatureRecord(string name, short level) =>
        new() { Name = Text.Of(name), FeatureLevel = level };

    private static IEnumerable<ReadOnlyMemory<byte>> Topic(TopicImage topic)
    {
        yield return Encode(new TopicRecord { Name = topic.NameText, TopicId = topic.Id });
        foreach (var partition in topic.Partitions)
        {
            yield return Encode(ToRecord(topic.Id, partition), RecordVersions.Partition);
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Config(
        KeyValuePair<ConfigResource, ImmutableSortedDictionary<string, string>> config)
    {
        foreach (var (name, value) in config.Value)
        {
            yield return Encode(new ConfigRecord
            {
                ResourceType = config.Key.Type,
                ResourceName = Text.Of(config.Key.Name),
                Name = Text.Of(name),
                Value = Text.Of(value),
            });
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Rest(MetadataImage image)
    {
        if (image.NextProducerId > 0)
        {
            yield return Encode(new ProducerIdsRecord
            {
                BrokerId = NoBroker,
                BrokerEpoch = NoBroker,
                NextProducerId = image.NextProducerId,
            });
        }

        foreach (var record in image.Acls.Values)
        {
            yield return Encode(record);
        }

        foreach (var record in image.ScramCredentials.Values)
        {
            yield return Encode(record);
        }

        foreach (var record in image.DelegationTokens.Values)
        {
            yield return Encode(record);
        }

        if (image.ZkMigrationState is { } state)
        {
            yield return Encode(new ZkMigrationStateRecord { ZkMigrationState = state });
        }
    }

    private static Seq<Uuid> ToSeq(ImmutableArray<Uuid> ids) => Seq<Uuid>.Of(ImmutableCollectionsMarshal.AsArray(ids) ?? []);

    private static Seq<int> NullWhenEmpty(ImmutableArray<int> ids) => ids.IsEmpty ? Seq<int>.Null : PartitionImage.ToSeq(ids);
}
