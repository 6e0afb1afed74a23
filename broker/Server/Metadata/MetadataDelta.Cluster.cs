using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Deterministic.Protocol.Stored.Metadata;

namespace Deterministic.Server.Metadata;

/// <content>Brokers, controllers, features and producer ids.</content>
public sealed partial class MetadataDelta
{
    private ImmutableSortedDictionary<int, BrokerImage> _brokers;
    private ImmutableSortedDictionary<int, ControllerImage> _controllers;
    private ImmutableSortedDictionary<string, short> _features;

    private long NextProducerId { get; set; }

    private sbyte? ZkMigrationState { get; set; }

    private void Replay(in RegisterBrokerRecord record)
    {
        var endpoints = ImmutableArray.CreateBuilder<ListenerEndpoint>(record.EndPoints.Count);
        foreach (ref var endpoint in record.EndPoints.Span)
        {
            endpoints.Add(new ListenerEndpoint(
                endpoint.Name.ToString(), endpoint.Host.ToString(), endpoint.Port, endpoint.SecurityProtocol));
        }

        var features = ImmutableArray.CreateBuilder<FeatureRange>(record.Features.Count);
        foreach (ref var feature in record.Features.Span)
        {
            features.Add(new FeatureRange(feature.Name.ToString(), feature.MinSupportedVersion, feature.MaxSupportedVersion));
        }

        SetBroker(new BrokerImage
        {
            BrokerId = record.BrokerId,
            BrokerEpoch = record.BrokerEpoch,
            IncarnationId = record.IncarnationId,
            Endpoints = endpoints.MoveToImmutable(),
            Features = features.MoveToImmutable(),
            Rack = record.Rack.AsString(),
            IsFenced = record.Fenced,
            IsInControlledShutdown = record.InControlledShutdown,
            IsMigratingZkBroker = record.IsMigratingZkBroker,
            LogDirs = ImmutableCollectionsMarshal.AsImmutableArray(record.LogDirs.ToArray()),
            CordonedLogDirs = record.CordonedLogDirs.IsNull
                ? null
                : ImmutableCollectionsMarshal.AsImmutableArray(record.CordonedLogDirs.ToArray()),
        });
    }

    private void Replay(in UnregisterBrokerRecord record)
    {
        FindBroker(record.BrokerId, record.BrokerEpoch, nameof(UnregisterBrokerRecord));
        _brokers = _brokers.Remove(record.BrokerId);
        _changedBrokers.Add(record.BrokerId);
    }

    private void Replay(in FenceBrokerRecord record) =>
        SetBroker(FindBroker(record.Id, record.Epoch, nameof(FenceBrokerRecord)) with { IsFenced = true });

    private void Replay(in UnfenceBrokerRecord record) =>
        SetBroker(FindBroker(record.Id, record.Epoch, nameof(UnfenceBrokerRecord)) with { IsFenced = false });

    private void Replay(in BrokerRegistrationChangeRecord record)
    {
        var before = FindBroker(record.BrokerId, record.BrokerEpoch, nameof(BrokerRegistrationChangeRecord));
        SetBroker(before with
        {
            IsFenced = record.Fenced == 0 ? before.IsFenced : record.Fenced > 0,
            IsInControlledShutdown = record.InControlledShutdown > 0 || before.IsInControlledShutdown,
            LogDirs = record.LogDirs.Count == 0
                ? before.LogDirs
                : ImmutableCollectionsMarshal.AsImmutableArray(record.LogDirs.ToArray()),
            CordonedLogDirs = record.CordonedLogDirs.IsNull
                ? before.CordonedLogDirs
                : ImmutableCollectionsMarshal.AsImmutableArray(record.CordonedLogDirs.ToArray()),
        });
    }

    private BrokerImage FindBroker(int brokerId, long brokerEpoch, string record)
    {
        if (!_brokers.TryGetValue(brokerId, out var broker))
        {
            throw new MetadataFormatException($"{record} names broker {brokerId}, which is not registered");
        }

        return broker.BrokerEpoch == brokerEpoch
            ? broker
            : throw new MetadataFormatException(
                $"{record} names epoch {brokerEpoch} of broker {brokerId}, whose epoch is {broker.BrokerEpoch}");
    }

    private void SetBroker(BrokerImage broker)
    {
        _brokers = _brokers.SetItem(broker.BrokerId, broker);
        _changedBrokers.Add(broker.BrokerId);
    }

    private void Replay(in RegisterControllerRecord record)
    {
        var endpoints = ImmutableArray.CreateBuilder<ListenerEndpoint>(record.EndPoints.Count);
        foreach (ref var endpoint in record.EndPoints.Span)
        {
            endpoints.Add(new ListenerEndpoint(
                endpoint.Name.ToString(), endpoint.Host.ToString(), endpoint.Port, endpoint.SecurityProtocol));
        }

        var features = ImmutableArray.CreateBuilder<FeatureRange>(record.Features.Count);
        foreach (ref var feature in record.Features.Span)
        {
            features.Add(new FeatureRange(feature.Name.ToString(), feature.MinSupportedVersion, feature.MaxSupportedVersion));
        }

        _controllers = _controllers.SetItem(record.ControllerId, new ControllerImage
        {
            ControllerId = record.ControllerId,
            IncarnationId = record.IncarnationId,
            IsZkMigrationReady = record.ZkMigrationReady,
            Endpoints = endpoints.MoveToImmutable(),
            Features = features.MoveToImmutable(),
        });
    }

    private void Replay(in FeatureLevelRecord record)
    {
        var name = record.Name.ToString();
        _features = record.FeatureLevel == 0 ? _features.Remove(name) : _features.SetItem(name, record.FeatureLevel);
        HasChangedFeatures = true;
    }

    private void Replay(in ProducerIdsRecord record)
    {
        if (record.NextProducerId < NextProducerId)
        {
            throw new MetadataFormatException(
                $"ProducerIdsRecord goes back from producer id {NextProducerId} to {record.NextProducerId}");
        }

        NextProducerId = record.NextProducerId;
    }

    private void Replay(in ZkMigrationStateRecord record) => ZkMigrationState = record.ZkMigrationState;
}
