using Deterministic.Kernel;
using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Records;
using Deterministic.Server.Composition;
using Deterministic.Server.Configs;
using Deterministic.Server.Connections;
using Deterministic.Server.Controller;
using Deterministic.Server.Groups;
using Deterministic.Server.Metadata;
using Deterministic.Server.Metrics;
using Deterministic.Server.Moves;
using Deterministic.Server.Quotas;
using Deterministic.Server.Replication;
using Deterministic.Server.Telemetry;
using Deterministic.Server.Transactions;
using Deterministic.Storage;
using Microsoft.Extensions.Logging;

namespace Deterministic.Server;

/// <summary>
/// What one shard owns of a broker: its image, its partitions, its connections and its coordinators. Built by
/// <see cref="BrokerNode"/> before the shards work for it; lives as long as the broker.
/// </summary>
public sealed class BrokerShard : IMetadataListener
{
    private readonly PartitionTable _partitions;
    private readonly LiveBrokerConfig _liveConfig;

    internal BrokerShard(Shard shard, ShardMap map, BrokerConfig config, IReadOnlyList<GroupCommit> directories, ILogger log, TimeProvider? threadClock = null)
    {
        Shard = shard;
        Map = map;
        Config = config;
        _liveConfig = new LiveBrokerConfig(config, reason => ServerLog.BrokerConfigRefused(log, reason));
        NodeId = config.NodeId;
        Log = log;
        Codecs = new BatchCodecs(shard.Buffers);
        Releases = new BufferReleases(shard);
        Validator = new BatchValidator(Codecs);
        Router = new RequestRouter(shard);
        Metrics = new ShardMetrics(shard);
        Quotas = new ShardQuotas(shard, new QuotaWindows(config.QuotaWindowNum, config.QuotaWindowSizeSeconds), threadClock ?? shard.Clock);
        Connections = new ConnectionSet(shard, Router, LimitsOf(config), Quotas, Metrics, log);
        FetchSessions = new FetchSessionCache(shard, SlotsOf(config, map));
        Markers = new MarkerAppender(this);
        Telemetry = new ClientTelemetry(this, new BatchCodecs(shard.Buffers, ClientTelemetry.DecompressedBytesMax));
        Directories = directories;
        Moves = new DirectoryMoves(this);
        _partitions = new PartitionTable(this, directories);
    }

    /// <summary>Where it runs.</summary>
    public Shard Shard { get; }

    /// <summary>Which shard owns what.</summary>
    public ShardMap Map { get; }

    /// <summary>The node's settings, as the image says they are now: handlers ask for them with each request.</summary>
    public BrokerConfig Config { get; private set; }

    /// <summary><c>node.id</c>.</summary>
    public int NodeId { get; }

    /// <summary>All shards of the broker, by number, this one among them.</summary>
    public IReadOnlyList<BrokerShard> Peers { get; internal set; } = [];

    /// <summary>The image this shard acts by.</summary>
    public MetadataImage Image => Metadata.Image;

    /// <summary>The groups of this shard's partitions of <c>__consumer_offsets</c>.</summary>
    public GroupCoordinator Groups { get; internal set; } = null!;

    /// <summary>The transactional ids of this shard's partitions of <c>__transaction_state</c>.</summary>
    public TransactionCoordinator Transactions { get; internal set; } = null!;

    /// <summary>The partitions it owns, by topic id and number.</summary>
    public IReadOnlyDictionary<TopicIdPartition, Partition> Partitions => _partitions.All;

    /// <summary>What it counts.</summary>
    public ShardMetrics Metrics { get; }

    /// <summary>Its connections.</summary>
    public ConnectionSet Connections { get; }

    /// <summary>The clients that push metrics and whose ids fall to it.</summary>
    public ClientTelemetry Telemetry { get; }

    /// <summary>The quotas of clients, and what this shard counts of their use.</summary>
    public ShardQuotas Quotas { get; }

    internal MetadataCache Metadata { get; } = new();

    /// <summary>Writes markers to its partitions.</summary>
    internal MarkerAppender Markers { get; }

    /// <summary>Its partitions that move between log directories.</summary>
    internal DirectoryMoves Moves { get; }

    /// <summary>Paths of <c>log.dirs</c> that the start could not use.</summary>
    internal IReadOnlyList<string> UnusableDirectories { get; init; } = [];

    /// <summary>Asks whether producers may append to its partitions in transactions.</summary>
    internal TransactionVerifier Verifier { get; set; } = null!;

    internal RequestRouter Router { get; }

    internal FetchSessionCache FetchSessions { get; }

    internal BatchCodecs Codecs { get; }

    internal BatchValidator Validator { get; }

    internal BufferReleases Releases { get; }

    internal ILogger Log { get; }

    /// <summary>Told, on this shard, of partitions that come and go here.</summary>
    internal IPartitionLifecycle? Lifecycle { get; set; }

    /// <summary>Makes durable what logs say of themselves in checkpoints: log starts among it. Any shard; false when the disk refused.</summary>
    internal Func<Task<bool>>? WriteCheckpoints { get; set; }

    /// <summary>Its part of each of <c>log.dirs</c>, in that order.</summary>
    internal IReadOnlyList<GroupCommit> Directories { get; }

    /// <summary>Told, on this shard, of log directories that it chose where the image did not say.</summary>
    internal Action<IReadOnlyList<DirectoryAssignment>>? OnDirectoriesChosen { get; set; }

    /// <summary>The partition, if this shard owns a replica of it.</summary>
    internal Partition? FindPartition(in TopicIdPartition id) => _partitions.All.TryGetValue(id, out var partition) ? partition : null;

    /// <summary>Another shard has renamed the directories of these partitions of a deleted topic.</summary>
    internal void OnNamesFreed(TopicImage deleted, IReadOnlyList<int> partitions) => _partitions.OnNamesFreed(deleted, partitions);

    /// <inheritdoc/>
    public void OnImage(MetadataImage image, MetadataDelta delta)
    {
        Check.That(Shard.IsCurrent, $"an image for shard {Shard.Id} arrived elsewhere");
        Metadata.OnImage(image, delta);
        Quotas.OnImage(image);
        var config = _liveConfig.Of(image);
        var isReconfigured = !ReferenceEquals(config, Config);
        if (isReconfigured)
        {
            Config = config;
            Connections.Limits = LimitsOf(config);
        }

        // With the first image every partition is opened by the new settings anyway.
        _partitions.Apply(image, delta, isReconfigured && delta.Before.Offset >= 0);
    }

    /// <summary>Closes every log. True when all of them were closed cleanly.</summary>
    internal bool CloseLogs() => _partitions.Close();

    private static ConnectionLimits LimitsOf(BrokerConfig config) => new()
    {
        RequestBytesMax = config.SocketRequestMaxBytes,
        IdleMsMax = config.ConnectionsMaxIdleMs,
        ConnectionsMax = config.MaxConnections,
        ConnectionsPerAddressMax = config.MaxConnectionsPerIp,
    };

    private static int SlotsOf(BrokerConfig config, ShardMap map) =>
        (config.MaxIncrementalFetchSessionCacheSlots + map.ShardCount - 1) / map.ShardCount;
}
