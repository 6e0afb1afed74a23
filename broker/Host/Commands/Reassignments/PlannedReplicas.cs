using System.Text.Json;

namespace Deterministic.Host.Commands.Reassignments;

/// <summary>Where one partition's replicas are to be: the nodes, and for each its log directory, or <see cref="AnyDirectory"/>.</summary>
internal sealed record PlannedReplicas(string Topic, int Partition, IReadOnlyList<int> Replicas, IReadOnlyList<string> LogDirs)
{
    /// <summary>The broker may choose.</summary>
    internal const string AnyDirectory = "any";

    private const int KnownVersion = 1;

    /// <summary>The replicas with a directory of their own, each once.</summary>
    internal IEnumerable<(int Broker, string LogDir)> Moves => Replicas.Zip(LogDirs).Where(pair => pair.Second != AnyDirectory);

    /// <summary>What a file of Kafka's kafka-reassign-partitions says.</summary>
    internal static IReadOnlyList<PlannedReplicas> ParseAll(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.TryGetProperty("version", out var version) && version.GetInt32() != KnownVersion)
            {
                throw new CommandException($"The file has version {version.GetInt32()}; {KnownVersion} is known");
            }

            var planned = json.RootElement.GetProperty("partitions").EnumerateArray().Select(Parse).ToList();
            if (planned.Count == 0)
            {
                throw new CommandException("The file lists no partition");
            }

            return planned.GroupBy(partition => (partition.Topic, partition.Partition)).FirstOrDefault(group => group.Skip(1).Any()) is { } twice
                ? throw new CommandException($"The file lists {twice.Key.Topic}-{twice.Key.Partition} more than once")
                : planned;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new CommandException($"The file is not as it should be ({e.Message}); see --help for an example", e);
        }
    }

    private static PlannedReplicas Parse(JsonElement item)
    {
        var (topic, partition) = (item.GetProperty("topic").GetString()!, item.GetProperty("partition").GetInt32());
        int[] replicas = [.. item.GetProperty("replicas").EnumerateArray().Select(replica => replica.GetInt32())];
        string[] logDirs = item.TryGetProperty("log_dirs", out var given)
            ? [.. given.EnumerateArray().Select(directory => directory.GetString()!)]
            : [.. replicas.Select(_ => AnyDirectory)];
        if (replicas.Length == 0 || replicas.Distinct().Count() != replicas.Length)
        {
            throw new CommandException($"{topic}-{partition}: replicas must be given, each once");
        }

        return logDirs.Length == replicas.Length
            ? new PlannedReplicas(topic, partition, replicas, logDirs)
            : throw new CommandException($"{topic}-{partition} has {replicas.Length} replicas and {logDirs.Length} log_dirs");
    }
}
