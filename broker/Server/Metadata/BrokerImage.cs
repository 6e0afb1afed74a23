using System.Collections.Immutable;
using Deterministic.Protocol;

namespace Deterministic.Server.Metadata;

/// <summary>The registration of one broker. Immutable, read by every shard; lives as long as an image that holds it.</summary>
public sealed record BrokerImage
{
    /// <summary>Its node id.</summary>
    public required int BrokerId { get; init; }

    /// <summary>The offset of the record that registered it: grows with each start of the broker.</summary>
    public required long BrokerEpoch { get; init; }

    /// <summary>New with each start of the process.</summary>
    public required Uuid IncarnationId { get; init; }

    /// <summary>Its listeners, in the order registered.</summary>
    public required ImmutableArray<ListenerEndpoint> Endpoints { get; init; }

    /// <summary>The features it supports.</summary>
    public required ImmutableArray<FeatureRange> Features { get; init; }

    /// <summary><c>broker.rack</c>, or null.</summary>
    public string? Rack { get; init; }

    /// <summary>Whether it takes no part: not started fully, or not heard of for too long.</summary>
    public required bool IsFenced { get; init; }

    /// <summary>Whether it is shutting down in good order.</summary>
    public bool IsInControlledShutdown { get; init; }

    /// <summary>Whether it is a broker of a ZooKeeper cluster under migration. Always false in Kafka 4.</summary>
    public bool IsMigratingZkBroker { get; init; }

    /// <summary>The ids of its log directories that are online.</summary>
    public ImmutableArray<Uuid> LogDirs { get; init; } = [];

    /// <summary>Log directories that take no new partitions; null from brokers that do not say (before 4.2).</summary>
    public ImmutableArray<Uuid>? CordonedLogDirs { get; init; }

    /// <summary>Where it listens under that name, or null.</summary>
    public ListenerEndpoint? FindEndpoint(string listenerName)
    {
        foreach (var endpoint in Endpoints)
        {
            if (string.Equals(endpoint.ListenerName, listenerName, StringComparison.Ordinal))
            {
                return endpoint;
            }
        }

        return null;
    }
}
