using System.Globalization;

namespace Deterministic.Server.Configs;

/// <summary>
/// The effective settings of a topic: its overrides in the metadata image, then the node's synonyms, then the defaults.
/// Each property is the value of the key beside it. Immutable; made anew when the image or the node's settings change.
/// </summary>
public sealed class TopicConfig(ConfigValues values, BrokerConfig broker)
{
    /// <summary>The values by key.</summary>
    public ConfigValues Values { get; } = values;

    /// <summary>The node's settings behind it.</summary>
    public BrokerConfig Broker { get; } = broker;

    public IReadOnlyList<string> CleanupPolicy { get; } = values.List("cleanup.policy");
    public string CompressionType { get; } = values.String("compression.type");
    public int CompressionGzipLevel { get; } = values.Int("compression.gzip.level");
    public int CompressionLz4Level { get; } = values.Int("compression.lz4.level");
    public int CompressionZstdLevel { get; } = values.Int("compression.zstd.level");
    public long DeleteRetentionMs { get; } = values.Long("delete.retention.ms");
    public long FileDeleteDelayMs { get; } = values.Long("file.delete.delay.ms");
    public long FlushMessages { get; } = values.Long("flush.messages");
    public long FlushMs { get; } = values.Long("flush.ms");
    public int IndexIntervalBytes { get; } = values.Int("index.interval.bytes");
    public long MaxCompactionLagMs { get; } = values.Long("max.compaction.lag.ms");
    public int MaxMessageBytes { get; } = values.Int("max.message.bytes");
    public long MessageTimestampAfterMaxMs { get; } = values.Long("message.timestamp.after.max.ms");
    public long MessageTimestampBeforeMaxMs { get; } = values.Long("message.timestamp.before.max.ms");
    public bool MessageTimestampTypeIsLogAppendTime { get; } = values.String("message.timestamp.type") == "LogAppendTime";
    public double MinCleanableDirtyRatio { get; } = values.Double("min.cleanable.dirty.ratio");
    public long MinCompactionLagMs { get; } = values.Long("min.compaction.lag.ms");
    public int MinInsyncReplicas { get; } = values.Int("min.insync.replicas");
    public long RetentionBytes { get; } = values.Long("retention.bytes");
    public long RetentionMs { get; } = values.Long("retention.ms");
    public int SegmentBytes { get; } = values.Int(values.Find("internal.segment.bytes") is null ? "segment.bytes" : "internal.segment.bytes");
    public int SegmentIndexBytes { get; } = values.Int("segment.index.bytes");
    public long SegmentJitterMs { get; } = values.Long("segment.jitter.ms");
    public long SegmentMs { get; } = values.Long("segment.ms");
    public bool UncleanLeaderElectionEnable { get; } = values.Bool("unclean.leader.election.enable");

    /// <summary>Whether old segments are deleted.</summary>
    public bool IsDelete => CleanupPolicy.Contains("delete", StringComparer.Ordinal);

    /// <summary>Whether only the last record of each key is kept.</summary>
    public bool IsCompact => CleanupPolicy.Contains("compact", StringComparer.Ordinal);

    /// <summary>The settings of a topic with these overrides on this node.</summary>
    /// <exception cref="ConfigException">A value is wrong, or two contradict each other.</exception>
    public static TopicConfig Of(IReadOnlyDictionary<string, string> overrides, BrokerConfig broker)
    {
        var layers = new[] { new ConfigLayer(ConfigSource.DynamicTopic, overrides) };
        var config = new TopicConfig(new ConfigValues(ConfigKind.Topic, layers, key => OfBroker(key, broker)), broker);
        if (config.MinCompactionLagMs > config.MaxCompactionLagMs)
        {
            throw new ConfigException(
                $"conflict topic config setting min.compaction.lag.ms ({config.MinCompactionLagMs}) > max.compaction.lag.ms ({config.MaxCompactionLagMs})");
        }

        return config;
    }

    /// <summary>Checks the overrides that a request wants for a topic, and returns those that are to be stored.</summary>
    /// <exception cref="ConfigException">A name is unknown, a value null, wrong, or contradicts another.</exception>
    public static IReadOnlyDictionary<string, string> CheckOverrides(
        IEnumerable<KeyValuePair<string, string?>> overrides, BrokerConfig broker)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in overrides)
        {
            if (value is null)
            {
                throw new ConfigException($"Null value not supported for topic configs: {name}");
            }

            if (ConfigCatalog.Find(ConfigKind.Topic, name) is null)
            {
                throw new ConfigException($"Unknown topic config name: {name}");
            }

            known[name] = value;
        }

        var config = Of(known, broker);
        if (config.Values.Bool("remote.storage.enable"))
        {
            throw new ConfigException(
                "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.");
        }

        return known;
    }

    /// <summary>What DescribeConfigs answers for this topic, in the order of the names.</summary>
    public IEnumerable<ConfigDescription> Describe()
    {
        foreach (var key in ConfigCatalog.Of(ConfigKind.Topic))
        {
            if (!key.IsInternal || Values.IsSet(key.Name))
            {
                var value = Values.Find(key.Name);
                var chain = new List<ConfigSynonymValue>();
                if (Values.IsSet(key.Name))
                {
                    chain.Add(new ConfigSynonymValue(key.Name, value, ConfigSource.DynamicTopic));
                }

                chain.AddRange(BrokerChain(key));
                yield return new ConfigDescription(
                    key, value, chain.Count > 0 ? chain[0].Source : ConfigSource.Default, IsReadOnly: false, chain);
            }
        }
    }

    private IReadOnlyList<ConfigSynonymValue> BrokerChain(ConfigKey key)
    {
        var names = new string[key.Synonyms.Count];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = key.Synonyms[i].Name;
        }

        return names.Length > 0 ? Broker.Values.Chain(names) : [];
    }

    /// <summary>The value of the first of the node's keys that stand behind a topic's key, if one has any.</summary>
    private static string? OfBroker(ConfigKey key, BrokerConfig broker)
    {
        foreach (var synonym in key.Synonyms)
        {
            if (broker.Values.Find(synonym.Name) is { } value)
            {
                return synonym.Factor == 1 || value.StartsWith('-')
                    ? value
                    : (long.Parse(value, CultureInfo.InvariantCulture) * synonym.Factor).ToString(CultureInfo.InvariantCulture);
            }
        }

        return null;
    }
}
