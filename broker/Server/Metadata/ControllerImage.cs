using System.Collections.Immutable;
using Deterministic.Protocol;

namespace Deterministic.Server.Metadata;

/// <summary>The registration of one controller. Immutable, read by every shard; lives as long as an image that holds it.</summary>
public sealed record ControllerImage
{
    /// <summary>Its node id.</summary>
    public required int ControllerId { get; init; }

    /// <summary>New with each start of the process.</summary>
    public required Uuid IncarnationId { get; init; }

    /// <summary>Whether it was ready to migrate from ZooKeeper. Always false in Kafka 4.</summary>
    public bool IsZkMigrationReady { get; init; }

    /// <summary>Its listeners.</summary>
    public required ImmutableArray<ListenerEndpoint> Endpoints { get; init; }

    /// <summary>The features it supports.</summary>
    public required ImmutableArray<FeatureRange> Features { get; init; }
}
