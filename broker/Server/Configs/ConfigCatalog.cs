using System.Globalization;

namespace Deterministic.Server.Configs;

/// <summary>
/// Every config key of Kafka 4.3 and our own few, read once from <c>ConfigKeys.tsv</c> on first use. Immutable and shared
/// by all shards.
/// </summary>
public static class ConfigCatalog
{
    private const string ResourceName = "ConfigKeys.tsv";
    private const int ColumnCount = 9;

    private static readonly Dictionary<ConfigKind, SortedDictionary<string, ConfigKey>> s_byKind = Load();

    /// <summary>The keys of a kind, in the order of their names.</summary>
    public static IReadOnlyCollection<ConfigKey> Of(ConfigKind kind) => s_byKind[kind].Values;

    /// <summary>The key with that name, or null.</summary>
    public static ConfigKey? Find(ConfigKind kind, string name) => s_byKind[kind].GetValueOrDefault(name);

    /// <summary>The key with that name, which the program knows to exist.</summary>
    public static ConfigKey Get(ConfigKind kind, string name) =>
        Find(kind, name) ?? throw new ConfigException($"There is no {kind} config {name}");

    /// <summary>The key that was probably meant by a name that does not exist, or null.</summary>
    public static string? Suggest(ConfigKind kind, string name) => ConfigText.Suggest(name, s_byKind[kind].Keys);

    private static Dictionary<ConfigKind, SortedDictionary<string, ConfigKey>> Load()
    {
        var byKind = new Dictionary<ConfigKind, SortedDictionary<string, ConfigKey>>();
        foreach (var kind in Enum.GetValues<ConfigKind>())
        {
            byKind.Add(kind, new SortedDictionary<string, ConfigKey>(StringComparer.Ordinal));
        }

        using var stream = typeof(ConfigCatalog).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new ConfigException($"{ResourceName} is missing from the program");
        using var reader = new StreamReader(stream);
        reader.ReadLine();
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            var key = ReadRow(line.Split('\t'));
            byKind[key.Kind].Add(key.Name, key);
        }

        return byKind;
    }

    private static ConfigKey ReadRow(string[] columns)
    {
        if (columns.Length != ColumnCount)
        {
            throw new ConfigException($"{ResourceName}: {columns[1]} has {columns.Length} columns instead of {ColumnCount}");
        }

        var flags = columns[8].Split(' ');
        return new ConfigKey(
            ReadKind(columns[0]), columns[1], Enum.Parse<ConfigType>(columns[2], ignoreCase: true), ReadDefault(columns[3]),
            new ConfigRule(columns[4]), ReadUpdateMode(columns[6]))
        {
            Importance = columns[5],
            Synonyms = ReadSynonyms(columns[7]),
            IsRequired = columns[3] == "(required)",
            IsInternal = flags.Contains("internal", StringComparer.Ordinal),
            IsOwn = flags.Contains("own", StringComparer.Ordinal),
            Acts = flags.Contains("acts", StringComparer.Ordinal),
            WhyIdle = flags.Contains("acts", StringComparer.Ordinal) ? null : IdleKeys.ReasonOf(ReadKind(columns[0]), columns[1]),
        };
    }

    private static string? ReadDefault(string text) => text switch
    {
        "null" or "(required)" => null,
        "\"\"" or "[]" => "",
        _ => text,
    };

    internal static ConfigKind ReadKind(string text) => text switch
    {
        "broker" => ConfigKind.Broker,
        "broker-dynamic-only" => ConfigKind.BrokerDynamicOnly,
        "topic" => ConfigKind.Topic,
        "group" => ConfigKind.Group,
        "client-metrics" => ConfigKind.ClientMetrics,
        "quota-user-client" => ConfigKind.QuotaUserClient,
        "quota-ip" => ConfigKind.QuotaIp,
        _ => throw new ConfigException($"{ResourceName}: unknown kind {text}"),
    };

    private static ConfigUpdateMode ReadUpdateMode(string text) => text switch
    {
        "read-only" => ConfigUpdateMode.ReadOnly,
        "per-broker" => ConfigUpdateMode.PerBroker,
        "cluster-wide" => ConfigUpdateMode.ClusterWide,
        _ => ConfigUpdateMode.PerResource,
    };

    private static ConfigSynonym[] ReadSynonyms(string text)
    {
        if (text.Length == 0)
        {
            return [];
        }

        return Array.ConvertAll(text.Split(','), static part =>
        {
            var open = part.IndexOf("(x", StringComparison.Ordinal);
            return open < 0
                ? new ConfigSynonym(part, 1)
                : new ConfigSynonym(part[..open], long.Parse(part[(open + 2)..^1], CultureInfo.InvariantCulture));
        });
    }
}
