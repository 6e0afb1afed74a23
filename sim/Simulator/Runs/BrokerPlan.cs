using System.Globalization;
using System.Text.Json.Serialization;

namespace Deterministic.Simulator.Runs;

/// <summary>What the brokers of a run are: how many shards each has and with which properties. Data: part of a scenario.</summary>
public sealed record BrokerPlan
{
    /// <summary>Where brokers listen for clients.</summary>
    public const int Port = 9092;

    private const int DefaultMessageBytesMax = 1_048_588;

    /// <summary>The log directory of a broker that has one, and of the metadata.</summary>
    public const string LogDirectory = "/data";

    /// <summary>Shards of each broker.</summary>
    public int Shards { get; init; } = 2;

    /// <summary>Properties beyond those that make a node of it, by key.</summary>
    public IDictionary<string, string> Properties { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The log directories, that of the metadata first.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> LogDirectories => Properties.TryGetValue("log.dirs", out var paths) ? paths.Split(',') : [LogDirectory];

    /// <summary>The brokers' <c>message.max.bytes</c>.</summary>
    [JsonIgnore]
    public int MessageBytesMax => Properties.TryGetValue("message.max.bytes", out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : DefaultMessageBytesMax;

    /// <summary>All properties of the broker on that node.</summary>
    public IReadOnlyDictionary<string, string> PropertiesOf(string node)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["listeners"] = $"PLAINTEXT://{node}:{Port},CONTROLLER://{node}:9093",
            ["log.dirs"] = LogDirectory,
            ["offsets.topic.num.partitions"] = "2",
            ["transaction.state.log.num.partitions"] = "2",
            ["transaction.abort.timed.out.transaction.cleanup.interval.ms"] = "2000",
        };
        foreach (var (key, value) in Properties)
        {
            all[key] = value;
        }

        return all;
    }
}
