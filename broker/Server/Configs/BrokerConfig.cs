using Deterministic.Server.Groups;
using Deterministic.Server.Groups.Consumers;

namespace Deterministic.Server.Configs;

/// <summary>
/// The effective settings of a node: its properties (and, when the cluster's metadata has them, dynamic ones) over the
/// defaults. Each property is the value of the key beside it. Immutable; made at start and shared by all shards.
/// </summary>
public sealed class BrokerConfig(ConfigValues values, string localHostName)
{
    private const long MinuteMs = 60_000;
    private const long HourMs = 60 * MinuteMs;

    /// <summary>The values by key, for DescribeConfigs and for settings that have no property here.</summary>
    public ConfigValues Values { get; } = values;

    // The node
    public int NodeId { get; } = values.Int("node.id");
    public IReadOnlyList<string> ProcessRoles { get; } = values.List("process.roles");
    public string? Rack { get; } = values.Find("broker.rack");
    public ListenerConfig Listeners { get; } = new(values, values.List("process.roles"), localHostName);
    public IReadOnlyList<string> LogDirs { get; } = values.List(values.IsSet("log.dirs") ? "log.dirs" : "log.dir");
    public string? MetadataLogDir { get; } = values.Find("metadata.log.dir");

    /// <summary>Number of shards; 0 means one for each core.</summary>
    public int Shards { get; } = values.Int("shards");

    /// <summary>When an append counts as written.</summary>
    public Durability LogDurability { get; } = values.String("log.durability") == "disk" ? Durability.Disk : Durability.Memory;

    /// <summary>Where the pages for operators are: host:port; null for nowhere.</summary>
    public (string Host, int Port)? MetricsListener { get; } = HostAndPort.Parse("metrics.listener", values.String("metrics.listener"));

    // Connections
    public int SocketRequestMaxBytes { get; } = values.Int("socket.request.max.bytes");
    public int SocketListenBacklogSize { get; } = values.Int("socket.listen.backlog.size");
    public int SocketSendBufferBytes { get; } = values.Int("socket.send.buffer.bytes");
    public int SocketReceiveBufferBytes { get; } = values.Int("socket.receive.buffer.bytes");
    public long ConnectionsMaxIdleMs { get; } = values.Long("connections.max.idle.ms");
    public int MaxConnections { get; } = values.Int("max.connections");
    public int MaxConnectionsPerIp { get; } = values.Int("max.connections.per.ip");
    public int QueuedMaxRequests { get; } = values.Int("queued.max.requests");
    public int RequestTimeoutMs { get; } = values.Int("request.timeout.ms");

    // Client telemetry
    public int TelemetryMaxBytes { get; } = values.Int("telemetry.max.bytes");

    // Topics
    public bool AutoCreateTopicsEnable { get; } = values.Bool("auto.create.topics.enable");
    public bool DeleteTopicEnable { get; } = values.Bool("delete.topic.enable");
    public int NumPartitions { get; } = values.Int("num.partitions");

    /// <summary><c>quota.window.num</c>: samples over which the rates of clients are taken.</summary>
    public int QuotaWindowNum { get; } = values.Int("quota.window.num");

    /// <summary><c>quota.window.size.seconds</c>: how long one of them is.</summary>
    public int QuotaWindowSizeSeconds { get; } = values.Int("quota.window.size.seconds");

    /// <summary><c>controller.quota.window.num</c>: how many windows of creations and deletions a client may save up for one burst.</summary>
    public int ControllerQuotaWindowNum { get; } = values.Int("controller.quota.window.num");

    /// <summary><c>controller.quota.window.size.seconds</c>: how long one of them is.</summary>
    public int ControllerQuotaWindowSizeSeconds { get; } = values.Int("controller.quota.window.size.seconds");
    public int DefaultReplicationFactor { get; } = values.Int("default.replication.factor");
    public int MessageMaxBytes { get; } = values.Int("message.max.bytes");
    public int MinInsyncReplicas { get; } = values.Int("min.insync.replicas");

    // Fetch and produce
    public int FetchMaxBytes { get; } = values.Int("fetch.max.bytes");
    public int MaxIncrementalFetchSessionCacheSlots { get; } = values.Int("max.incremental.fetch.session.cache.slots");
    public int MaxRequestPartitionSizeLimit { get; } = values.Int("max.request.partition.size.limit");
    public int ProducerIdExpirationMs { get; } = values.Int("producer.id.expiration.ms");
    public int ProducerIdExpirationCheckIntervalMs { get; } = values.Int("producer.id.expiration.check.interval.ms");

    // Transactions
    public int TransactionMaxTimeoutMs { get; } = values.Int("transaction.max.timeout.ms");
    public int TransactionAbortTimedOutTransactionCleanupIntervalMs { get; } = values.Int("transaction.abort.timed.out.transaction.cleanup.interval.ms");
    public int TransactionRemoveExpiredTransactionCleanupIntervalMs { get; } = values.Int("transaction.remove.expired.transaction.cleanup.interval.ms");
    public int TransactionalIdExpirationMs { get; } = values.Int("transactional.id.expiration.ms");
    public bool TransactionPartitionVerificationEnable { get; } = values.Bool("transaction.partition.verification.enable");
    public bool TransactionTwoPhaseCommitEnable { get; } = values.Bool("transaction.two.phase.commit.enable");
    public int TransactionStateLogNumPartitions { get; } = values.Int("transaction.state.log.num.partitions");
    public int TransactionStateLogReplicationFactor { get; } = values.Int("transaction.state.log.replication.factor");
    public int TransactionStateLogMinIsr { get; } = values.Int("transaction.state.log.min.isr");
    public int TransactionStateLogSegmentBytes { get; } = values.Int("transaction.state.log.segment.bytes");
    public int AddPartitionsToTxnRetryBackoffMaxMs { get; } = values.Int("add.partitions.to.txn.retry.backoff.max.ms");

    // Logs
    public long LogRetentionCheckIntervalMs { get; } = values.Long("log.retention.check.interval.ms");
    public long LogInitialTaskDelayMs { get; } = values.Long("log.initial.task.delay.ms");
    public int LogFlushOffsetCheckpointIntervalMs { get; } = values.Int("log.flush.offset.checkpoint.interval.ms");
    public int LogFlushStartOffsetCheckpointIntervalMs { get; } = values.Int("log.flush.start.offset.checkpoint.interval.ms");
    public long ReplicaHighWatermarkCheckpointIntervalMs { get; } = values.Long("replica.high.watermark.checkpoint.interval.ms");
    public IReadOnlyList<string> CordonedLogDirs { get; } = values.List("cordoned.log.dirs");

    /// <summary>Whether the log directory takes no new partitions (KIP-1066).</summary>
    public bool IsCordoned(string path) => CordonedLogDirs.Any(cordoned => cordoned == "*" || cordoned == path);

    public bool LogCleanerEnable { get; } = values.Bool("log.cleaner.enable");
    public long ReplicaAlterLogDirsIoMaxBytesPerSecond { get; } = values.DynamicOnly.Long("replica.alter.log.dirs.io.max.bytes.per.second");
    public long LogCleanerDedupeBufferSize { get; } = values.Long("log.cleaner.dedupe.buffer.size");
    public double LogCleanerIoBufferLoadFactor { get; } = values.Double("log.cleaner.io.buffer.load.factor");
    public double LogCleanerIoMaxBytesPerSecond { get; } = values.Double("log.cleaner.io.max.bytes.per.second");
    public long LogCleanerBackoffMs { get; } = values.Long("log.cleaner.backoff.ms");
    public int NumRecoveryThreadsPerDataDir { get; } = values.Int("num.recovery.threads.per.data.dir");
    public long LogRetentionMs { get; } = values.Ms(
        "log.retention.ms", new ConfigSynonym("log.retention.minutes", MinuteMs), new ConfigSynonym("log.retention.hours", HourMs));

    public long LogRollMs { get; } = values.Ms("log.roll.ms", new ConfigSynonym("log.roll.hours", HourMs));
    public long LogRollJitterMs { get; } = values.Ms("log.roll.jitter.ms", new ConfigSynonym("log.roll.jitter.hours", HourMs));
    public long LogFlushIntervalMs { get; } = values.Ms(
        "log.flush.interval.ms", new ConfigSynonym("log.flush.scheduler.interval.ms", 1));

    // Groups
    public int GroupMinSessionTimeoutMs { get; } = values.Int("group.min.session.timeout.ms");
    public int GroupMaxSessionTimeoutMs { get; } = values.Int("group.max.session.timeout.ms");
    public int GroupInitialRebalanceDelayMs { get; } = values.Int("group.initial.rebalance.delay.ms");
    public int GroupMaxSize { get; } = values.Int("group.max.size");
    public int GroupConsumerMaxSize { get; } = values.Int("group.consumer.max.size");
    public BoundedMs GroupConsumerSessionTimeoutMs { get; } = new(
        values.Int("group.consumer.session.timeout.ms"),
        values.Int("group.consumer.min.session.timeout.ms"),
        values.Int("group.consumer.max.session.timeout.ms"));

    public BoundedMs GroupConsumerHeartbeatIntervalMs { get; } = new(
        values.Int("group.consumer.heartbeat.interval.ms"),
        values.Int("group.consumer.min.heartbeat.interval.ms"),
        values.Int("group.consumer.max.heartbeat.interval.ms"));

    public BoundedMs GroupConsumerAssignmentIntervalMs { get; } = new(
        values.Int("group.consumer.assignment.interval.ms"),
        values.Int("group.consumer.min.assignment.interval.ms"),
        values.Int("group.consumer.max.assignment.interval.ms"));

    public int GroupConsumerRegexRefreshIntervalMs { get; } = values.Int("group.consumer.regex.refresh.interval.ms");
    public IReadOnlyList<string> GroupConsumerAssignors { get; } = values.List("group.consumer.assignors");
    public MigrationPolicy GroupConsumerMigrationPolicy { get; } =
        Enum.Parse<MigrationPolicy>(values.String("group.consumer.migration.policy"), ignoreCase: true);

    public int OffsetMetadataMaxBytes { get; } = values.Int("offset.metadata.max.bytes");
    public int OffsetsCommitTimeoutMs { get; } = values.Int("offsets.commit.timeout.ms");
    public int OffsetsRetentionMinutes { get; } = values.Int("offsets.retention.minutes");
    public long OffsetsRetentionCheckIntervalMs { get; } = values.Long("offsets.retention.check.interval.ms");
    public int OffsetsTopicNumPartitions { get; } = values.Int("offsets.topic.num.partitions");
    public int OffsetsTopicReplicationFactor { get; } = values.Int("offsets.topic.replication.factor");
    public int OffsetsTopicSegmentBytes { get; } = values.Int("offsets.topic.segment.bytes");
    public int OffsetsTopicCompressionCodec { get; } = values.Int("offsets.topic.compression.codec");

    // Metadata
    public int MetadataLogSegmentBytes { get; } = values.Int(
        values.Find("internal.metadata.log.segment.bytes") is null ? "metadata.log.segment.bytes" : "internal.metadata.log.segment.bytes");
    public long MetadataLogSegmentMs { get; } = values.Long("metadata.log.segment.ms");
    public long MetadataMaxRetentionBytes { get; } = values.Long("metadata.max.retention.bytes");
    public long MetadataMaxRetentionMs { get; } = values.Long("metadata.max.retention.ms");
    public int MetadataMaxIdleIntervalMs { get; } = values.Int("metadata.max.idle.interval.ms");
    public long MetadataLogMaxRecordBytesBetweenSnapshots { get; } = values.Long("metadata.log.max.record.bytes.between.snapshots");
    public long MetadataLogMaxSnapshotIntervalMs { get; } = values.Long("metadata.log.max.snapshot.interval.ms");
    public int BrokerHeartbeatIntervalMs { get; } = values.Int("broker.heartbeat.interval.ms");
    public int BrokerSessionTimeoutMs { get; } = values.Int("broker.session.timeout.ms");

    /// <summary>Whether this node serves clients.</summary>
    public bool IsBroker => ProcessRoles.Contains("broker", StringComparer.Ordinal);

    /// <summary>Whether this node may be the controller.</summary>
    public bool IsController => ProcessRoles.Contains("controller", StringComparer.Ordinal);

    /// <summary>
    /// The settings that the properties of a node give, checked key by key and against each other. What a single node
    /// can do without (node id, roles, controller listener) may be left out.
    /// </summary>
    /// <exception cref="ConfigException">A value is wrong, or two contradict each other.</exception>
    public static BrokerConfig Of(IReadOnlyDictionary<string, string> properties, string localHostName = "localhost")
    {
        var layers = new[]
        {
            new ConfigLayer(ConfigSource.StaticBroker, SingleNode.Complete(properties)),
        };
        var config = new BrokerConfig(new ConfigValues(ConfigKind.Broker, layers), localHostName);
        BrokerConfigChecks.Check(config);
        return config;
    }

    /// <summary>The same node with the dynamic values that the cluster's metadata holds for it and for all brokers.</summary>
    /// <exception cref="ConfigException">A value is wrong, or two contradict each other.</exception>
    public BrokerConfig WithDynamic(
        IReadOnlyDictionary<string, string> ofThisBroker, IReadOnlyDictionary<string, string> ofAllBrokers)
    {
        var layers = new[]
        {
            new ConfigLayer(ConfigSource.DynamicBroker, ofThisBroker),
            new ConfigLayer(ConfigSource.DynamicDefaultBroker, ofAllBrokers),
            Values.Layers[^1],
        };
        var config = new BrokerConfig(new ConfigValues(ConfigKind.Broker, layers), localHostName);
        BrokerConfigChecks.Check(config);
        return config;
    }

    /// <summary>What DescribeConfigs answers for this node, in the order of the names.</summary>
    public IEnumerable<ConfigDescription> Describe()
    {
        foreach (var key in ConfigCatalog.Of(ConfigKind.Broker))
        {
            if (!key.IsInternal || Values.IsSet(key.Name))
            {
                string[] names = key.Synonyms.Count > 0 ? [.. key.Synonyms.Select(synonym => synonym.Name)] : [key.Name];
                var chain = Values.Chain([key.Name, .. names.Where(name => name != key.Name)]);
                yield return new ConfigDescription(
                    key, key.IsSensitive ? null : Values.Find(key.Name),
                    chain.Count > 0 ? chain[0].Source : ConfigSource.Default,
                    key.UpdateMode == ConfigUpdateMode.ReadOnly, chain);
            }
        }
    }
}
