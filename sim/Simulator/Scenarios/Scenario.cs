using System.Text.Json;
using System.Text.Json.Serialization;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Workloads;

namespace Deterministic.Simulator.Scenarios;

/// <summary>
/// All that is decided before a run: who runs how, what clients do, what goes wrong. Data, so that a shrinker can take parts
/// out and a file can hold it. The seed besides decides what is chosen during the run.
/// </summary>
public sealed record Scenario
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };

    /// <summary>What it was drawn from, and what the run draws from.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The broker.</summary>
    public required BrokerPlan Broker { get; init; }

    /// <summary>Who is next.</summary>
    public required SchedulerPlan Scheduler { get; init; }

    /// <summary>What the clients do.</summary>
    public required Workload Workload { get; init; }

    /// <summary>What goes wrong.</summary>
    public required FaultPlan Faults { get; init; }

    /// <summary>World time after which the faults end even if clients are not done, in microseconds after the first serving.</summary>
    public required long DurationUs { get; init; }

    /// <summary>As text that <see cref="Parse"/> reads.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_json);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static Scenario Parse(string json) =>
        JsonSerializer.Deserialize<Scenario>(json, s_json) ?? throw new JsonException("a scenario is a JSON object");
}
