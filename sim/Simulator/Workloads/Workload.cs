using System.Text.Json;
using System.Text.Json.Serialization;

namespace Deterministic.Simulator.Workloads;

/// <summary>All that clients do in a run, as data. Immutable; drawn by a <see cref="WorkloadGenerator"/>, executed by a fleet, cut by a shrinker.</summary>
public sealed record Workload
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The topics, by the position that operations name.</summary>
    public IReadOnlyList<PlannedTopic> Topics { get; init; } = [];

    /// <summary>The clients.</summary>
    public IReadOnlyList<PlannedClient> Clients { get; init; } = [];

    /// <summary>Operations of all clients.</summary>
    [JsonIgnore]
    public int OperationCount => Clients.Sum(client => client.Operations.Count);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static Workload FromJson(string json) =>
        JsonSerializer.Deserialize<Workload>(json, s_json) ?? throw new JsonException("a workload is an object, not null");

    /// <summary>As text, for a file.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_json);
}
