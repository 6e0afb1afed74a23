using System.Collections.Immutable;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Protocol;
using Deterministic.Raft;
using Deterministic.Server.Configs;
using Deterministic.Server.Controller;
using Deterministic.Server.Metadata;
using Deterministic.Storage;
using Durability = Deterministic.Storage.Durability;

namespace Deterministic.Server.Composition;

/// <summary>The parts of a node, put together: controller on shard 0, and what each shard owns. Owned by shard 0; lives from start to stop.</summary>
internal sealed class NodeParts
{
    private NodeParts(NodeIdentity identity, MetadataLog metadataLog, Controller.Controller controller, IReadOnlyList<BrokerShard> shards)
    {
        Identity = identity;
        MetadataLog = metadataLog;
        Controller = controller;
        Shards = shards;
    }

    /// <summary>Who the node is to the cluster.</summary>
    internal NodeIdentity Identity { get; }

    /// <summary>The log of the metadata.</summary>
    internal MetadataLog MetadataLog { get; }

    /// <summary>The controller.</summary>
    internal Controller.Controller Controller { get; }

    /// <summary>By number.</summary>
    internal IReadOnlyList<BrokerShard> Shards { get; }

    /// <summary>Builds them. On shard 0, before the other shards work for the broker.</summary>
    internal static NodeParts Build(IReadOnlyList<Shard> shards, NodeStorage storage, BrokerNodeOptions options)
    {
        var home = shards[ShardMap.ControllerShard];
        var config = options.Config;
        var identity = IdentityOf(home, storage, config);
        var metadataDirectory = storage.MetadataDirectory(options);
        var metadataLog = new MetadataLog(metadataDirectory, MetadataLogConfig(config));
        var path = metadataDirectory.Directory.PathOf(MetadataLog.Partition);
        var controller = new Controller.Controller(
            home,
            config,
            identity,
            RaftConfigOf(config, identity, metadataDirectory, path),
            metadataLog,
            BootstrapOf(home.Disk, metadataDirectory.Directory.Path),
            error =>
            {
                ServerLog.Fatal(options.Log, error);
                options.OnFatal(error);
            });

        var map = new ShardMap(shards.Count);
        var brokerShards = new BrokerShard[shards.Count];
        for (var i = 0; i < brokerShards.Length; i++)
        {
            brokerShards[i] = new BrokerShard(shards[i], map, config, storage.OfShard(i), options.Log);
        }

        var client = new ControllerClient(home, controller, config);
        foreach (var shard in brokerShards)
        {
            shard.Peers = brokerShards;
            ShardHandlers.Add(shard, client, identity);
            controller.Publisher.Add(shard.Shard, shard);
        }

        return new NodeParts(identity, metadataLog, controller, brokerShards);
    }

    private static NodeIdentity IdentityOf(Shard home, NodeStorage storage, BrokerConfig config) => new()
    {
        NodeId = config.NodeId,
        ClusterId = storage.ClusterId,
        IncarnationId = Uuid.FromRandom(home.Random),
        LogDirs = [.. storage.Directories.Where(d => config.LogDirs.Contains(d.Path, StringComparer.Ordinal)).Select(d => d.Properties!.DirectoryId)],
        Endpoints = [.. config.Listeners.Advertised.Select(EndpointOf)],
        ControllerEndpoints = [.. config.Listeners.Controller.Select(EndpointOf)],
        Rack = config.Rack,
    };

    private static ListenerEndpoint EndpointOf(Listener listener) =>
        new(listener.Name, listener.Host, listener.Port, (short)listener.Protocol);

    private static RaftConfig RaftConfigOf(BrokerConfig config, NodeIdentity identity, GroupCommit directory, string path) => new()
    {
        NodeId = config.NodeId,
        DirectoryId = directory.Directory.Properties!.DirectoryId,
        Directory = path,
        Endpoints = [.. identity.ControllerEndpoints.Select(e => new VoterEndpoint(e.ListenerName, e.Host, (ushort)e.Port))],
        MaxRecordBytesBetweenSnapshots = config.MetadataLogMaxRecordBytesBetweenSnapshots,
        MaxSnapshotIntervalMs = config.MetadataLogMaxSnapshotIntervalMs,
        MaxRetentionBytes = config.MetadataMaxRetentionBytes,
        MaxRetentionMs = config.MetadataMaxRetentionMs,
    };

    /// <summary>The quorum deletes what a snapshot covers; time and size alone delete nothing.</summary>
    private static LogConfig MetadataLogConfig(BrokerConfig config) => new()
    {
        SegmentBytes = config.MetadataLogSegmentBytes,
        SegmentMs = config.MetadataLogSegmentMs,
        RetentionMs = -1,
        RetentionBytes = -1,
        MaxMessageBytes = int.MaxValue,
        IsDelete = false,
        Durability = Durability.Disk,
    };

    /// <summary>The records of a new cluster: what formatting left in <c>bootstrap.checkpoint</c>, or those of this release.</summary>
    private static IReadOnlyList<ReadOnlyMemory<byte>> BootstrapOf(IDisk disk, string directory)
    {
        const string FileName = "bootstrap.checkpoint";
        var path = DiskPath.Join(directory, FileName);
        if (!disk.FileExists(path))
        {
            return BootstrapRecords.OfNewCluster();
        }

        using var file = disk.Open(path, FileOpening.ReadOnly);
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        return [.. SnapshotContent.Read(bytes, path).Batches.SelectMany(batch => batch.Values)];
    }
}
