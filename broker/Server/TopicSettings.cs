using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Records;
using Deterministic.Server.Configs;
using Deterministic.Server.Replication;
using Deterministic.Storage;
using Durability = Deterministic.Storage.Durability;

namespace Deterministic.Server;

/// <summary>What the configuration of a topic means to the code that acts by it. Stateless.</summary>
internal static class TopicSettings
{
    /// <summary>The settings of the partitions of a topic, from its overrides and the node's own configuration.</summary>
    /// <exception cref="ConfigException">An override is no value of its key.</exception>
    internal static PartitionSettings Of(IReadOnlyDictionary<string, string> overrides, BrokerConfig broker)
    {
        var config = TopicConfig.Of(overrides, broker);
        return new PartitionSettings
        {
            Log = LogOf(config, broker),
            Batches = BatchesOf(config),
            MinInsyncReplicas = config.MinInsyncReplicas,
        };
    }

    /// <summary>The settings of a log.</summary>
    internal static LogConfig LogOf(TopicConfig config, BrokerConfig broker) => new()
    {
        SegmentBytes = config.SegmentBytes,
        SegmentMs = config.SegmentMs,
        SegmentJitterMs = config.SegmentJitterMs,
        SegmentIndexBytes = config.SegmentIndexBytes,
        IndexIntervalBytes = config.IndexIntervalBytes,
        RetentionMs = config.RetentionMs,
        RetentionBytes = config.RetentionBytes,
        MaxMessageBytes = config.MaxMessageBytes,
        FlushMessages = config.FlushMessages,
        FlushMs = config.FlushMs,
        IsDelete = config.IsDelete,
        IsCompact = config.IsCompact,
        DeleteRetentionMs = config.DeleteRetentionMs,
        MinCompactionLagMs = config.MinCompactionLagMs,
        MaxCompactionLagMs = config.MaxCompactionLagMs,
        MinCleanableDirtyRatio = config.MinCleanableDirtyRatio,
        FileDeleteDelayMs = config.FileDeleteDelayMs,
        IsLogAppendTime = config.MessageTimestampTypeIsLogAppendTime,
        ProducerIdExpirationMs = broker.ProducerIdExpirationMs,
        Durability = broker.LogDurability == Configs.Durability.Disk ? Durability.Disk : Durability.Memory,
    };

    private static BatchRules BatchesOf(TopicConfig config) => new()
    {
        MaxMessageBytes = config.MaxMessageBytes,
        Compression = CompressionOf(config),
        IsLogAppendTime = config.MessageTimestampTypeIsLogAppendTime,
        TimestampBeforeMaxMs = config.MessageTimestampBeforeMaxMs,
        TimestampAfterMaxMs = config.MessageTimestampAfterMaxMs,
        IsCompacted = config.IsCompact,
    };

    /// <summary>Null for <c>producer</c>: what comes is kept.</summary>
    private static CompressionSetting? CompressionOf(TopicConfig config) => config.CompressionType switch
    {
        "uncompressed" => CompressionSetting.Of(CompressionCodec.None),
        "gzip" => new CompressionSetting(CompressionCodec.Gzip, config.CompressionGzipLevel),
        "snappy" => CompressionSetting.Of(CompressionCodec.Snappy),
        "lz4" => new CompressionSetting(CompressionCodec.Lz4, config.CompressionLz4Level),
        "zstd" => new CompressionSetting(CompressionCodec.Zstd, config.CompressionZstdLevel),
        _ => null,
    };
}
