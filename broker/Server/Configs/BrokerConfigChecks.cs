using Deterministic.Server.Groups.Assignors;

namespace Deterministic.Server.Configs;

/// <summary>What keys of a node must be to each other. Kafka makes the same checks. Stateless.</summary>
internal static class BrokerConfigChecks
{
    /// <summary>Throws when two values contradict each other.</summary>
    public static void Check(BrokerConfig config)
    {
        var values = config.Values;
        var brokerId = values.Int("broker.id");
        Require(
            brokerId < 0 || brokerId == config.NodeId,
            $"You must set `node.id` to the same value as `broker.id`; they are {config.NodeId} and {brokerId}.");
        Require(config.ProcessRoles.Count > 0, "Invalid value  for configuration process.roles: it must not be empty");
        Require(config.LogDirs.Count > 0, "At least one log directory must be defined via log.dirs or log.dir.");
        CheckTimes(config);
        CheckGroups(config, values);
        Require(
            values.Long("log.cleaner.dedupe.buffer.size") / Math.Max(1, values.Int("log.cleaner.threads")) > 1024 * 1024,
            "log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.");
        Require(
            values.Long("queued.max.request.bytes") <= 0 || values.Long("queued.max.request.bytes") >= config.SocketRequestMaxBytes,
            "queued.max.request.bytes must be larger or equal to socket.request.max.bytes");
        TopicConfig.Of(new Dictionary<string, string>(StringComparer.Ordinal), config);
    }

    private static void CheckTimes(BrokerConfig config)
    {
        var values = config.Values;
        Require(config.LogRetentionMs != 0, "log.retention.ms must be unlimited (-1) or, equal or greater than 1");
        Require(config.LogRollMs >= 1, "log.roll.ms must be equal or greater than 1");
        Require(config.LogRollJitterMs >= 0, "log.roll.jitter.ms must be equal or greater than 0");
        Require(
            config.BrokerHeartbeatIntervalMs * 2 <= config.BrokerSessionTimeoutMs,
            $"broker.heartbeat.interval.ms must be less than or equal to half of the broker.session.timeout.ms, which is {config.BrokerSessionTimeoutMs}, but is {config.BrokerHeartbeatIntervalMs}");
        Require(
            values.Int("replica.fetch.wait.max.ms") <= values.Long("replica.lag.time.max.ms"),
            "replica.fetch.wait.max.ms should always be less than or equal to replica.lag.time.max.ms to prevent frequent changes in ISR");
        Require(
            values.Int("replica.fetch.wait.max.ms") <= values.Int("replica.socket.timeout.ms"),
            "replica.socket.timeout.ms should always be at least replica.fetch.wait.max.ms to prevent unnecessary socket timeouts");
    }

    private static void CheckGroups(BrokerConfig config, ConfigValues values)
    {
        Require(
            config.GroupMinSessionTimeoutMs <= config.GroupMaxSessionTimeoutMs,
            $"group.min.session.timeout.ms ({config.GroupMinSessionTimeoutMs}) must be less than or equal to group.max.session.timeout.ms ({config.GroupMaxSessionTimeoutMs})");
        var codec = config.OffsetsTopicCompressionCodec;
        Require(codec is >= 0 and <= 4, $"Invalid value {codec} for configuration offsets.topic.compression.codec: Value must be between 0 (none) and 4 (zstd)");
        RequireBetween(
            values, "group.consumer.min.assignment.interval.ms", "group.consumer.assignment.interval.ms", "group.consumer.max.assignment.interval.ms");
        Require(config.GroupConsumerAssignors.Count > 0, "Invalid value  for configuration group.consumer.assignors: it must not be empty");
        foreach (var name in config.GroupConsumerAssignors)
        {
            Require(ConsumerAssignors.Find(name) is not null, $"Invalid value {name} for configuration group.consumer.assignors: it must be uniform or range");
        }

        foreach (var kind in (ReadOnlySpan<string>)["consumer", "share", "streams"])
        {
            foreach (var time in (ReadOnlySpan<string>)["heartbeat.interval.ms", "session.timeout.ms"])
            {
                RequireBetween(values, $"group.{kind}.min.{time}", $"group.{kind}.{time}", $"group.{kind}.max.{time}");
            }

            Require(
                values.Int($"group.{kind}.heartbeat.interval.ms") < values.Int($"group.{kind}.session.timeout.ms"),
                $"group.{kind}.heartbeat.interval.ms must be less than group.{kind}.session.timeout.ms");
        }
    }

    private static void RequireBetween(ConfigValues values, string min, string name, string max)
    {
        Require(values.Int(max) >= values.Int(min), $"{max} must be greater than or equal to {min}");
        Require(values.Int(name) >= values.Int(min), $"{name} must be greater than or equal to {min}");
        Require(values.Int(name) <= values.Int(max), $"{name} must be less than or equal to {max}");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ConfigException(message);
        }
    }
}
