namespace Deterministic.Simulator.Workloads;

/// <summary>A client: how it speaks, and what it does one after the other. Part of a <see cref="Workload"/>; a shrinker drops it or its operations.</summary>
public sealed record PlannedClient
{
    /// <summary>Its name, that of its node and its client id.</summary>
    public required string Name { get; init; }

    /// <summary>When it comes, in milliseconds after the fleet.</summary>
    public int StartMs { get; init; }

    /// <summary>The newest version that it speaks of an API, by the API's name; what is not here it speaks as new as there is.</summary>
    public SortedDictionary<string, short> Versions { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The version of its ApiVersions request; one that no broker knows is that of a client from the future.</summary>
    public short ApiVersionsVersion { get; init; } = 4;

    /// <summary>After which a request without answer ends the connection, in milliseconds.</summary>
    public int RequestTimeoutMs { get; init; } = 3000;

    /// <summary>How it produces.</summary>
    public PlannedProducer Producer { get; init; } = new();

    /// <summary>How it consumes.</summary>
    public PlannedConsumer Consumer { get; init; } = new();

    /// <summary>What it does.</summary>
    public IReadOnlyList<PlannedOperation> Operations { get; init; } = [];
}
