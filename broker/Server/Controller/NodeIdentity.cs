using System.Collections.Immutable;
using Deterministic.Protocol;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Controller;

/// <summary>Who this node is to the cluster: what it registers at start. Immutable; made when the broker is composed.</summary>
public sealed record NodeIdentity
{
    /// <summary><c>node.id</c>.</summary>
    public required int NodeId { get; init; }

    /// <summary>The cluster's id, from <c>meta.properties</c>.</summary>
    public required string ClusterId { get; init; }

    /// <summary>New with each start of the process.</summary>
    public required Uuid IncarnationId { get; init; }

    /// <summary>Ids of the log directories that are online, in the order of <c>log.dirs</c>.</summary>
    public required ImmutableArray<Uuid> LogDirs { get; init; }

    /// <summary>What clients are told: the advertised listeners.</summary>
    public required ImmutableArray<ListenerEndpoint> Endpoints { get; init; }

    /// <summary>Where the controller listens.</summary>
    public required ImmutableArray<ListenerEndpoint> ControllerEndpoints { get; init; }

    /// <summary><c>broker.rack</c>, or null.</summary>
    public string? Rack { get; init; }
}
