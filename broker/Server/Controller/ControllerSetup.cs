using System.Collections.Immutable;
using System.Globalization;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Protocol;
using Deterministic.Raft;
using Deterministic.Server.Configs;
using Deterministic.Server.Metadata;
using Deterministic.Storage;

namespace Deterministic.Server.Controller;

/// <summary>Makes a controller and what it needs from the settings of a node and its log directories. Stateless; used once, by the composition root.</summary>
public static class ControllerSetup
{
    /// <summary>Who the node is. The directories are those of <c>log.dirs</c> that are online and formatted.</summary>
    public static NodeIdentity IdentityOf(BrokerConfig config, IReadOnlyList<LogDirectory> logDirs, IRandom random) => new()
    {
        NodeId = config.NodeId,
        ClusterId = logDirs[0].Properties!.ClusterId,
        IncarnationId = Uuid.FromRandom(random),
        LogDirs = [.. logDirs.Select(directory => directory.Properties!.DirectoryId)],
        Endpoints = [.. config.Listeners.Advertised.Select(ToEndpoint)],
        ControllerEndpoints = [.. config.Listeners.Controller.Select(ToEndpoint)],
        Rack = config.Rack,
    };

    /// <summary>How <paramref name="config"/> wants storage formatted.</summary>
    public static FormatOptions FormatOptionsOf(BrokerConfig config, string? clusterId, bool ignoreFormatted) => new()
    {
        NodeId = config.NodeId,
        ClusterId = clusterId,
        LogDirs = [.. config.LogDirs.Append(config.MetadataLogDir ?? config.LogDirs[0]).Distinct(StringComparer.Ordinal)],
        MetadataLogDir = config.MetadataLogDir,
        ControllerEndpoints = VoterEndpoints(config),
        HasStaticVoters = StaticVoters(config).Length > 0,
        IgnoreFormatted = ignoreFormatted,
    };

    /// <summary>
    /// Opens the metadata log and makes the controller over it; on shard 0. <paramref name="metadataGroup"/> is shard 0's
    /// part of the metadata log directory. The caller closes the log when the node stops.
    /// </summary>
    public static QuorumController Create(
        Shard shard,
        BrokerConfig config,
        NodeIdentity node,
        GroupCommit metadataGroup,
        Action<Exception> onFatal,
        out PartitionMetadataLog log)
    {
        var directory = metadataGroup.Directory;
        log = PartitionMetadataLog.Open(metadataGroup, config.MetadataLogSegmentBytes, config.MetadataLogSegmentMs);
        var raft = new RaftConfig
        {
            NodeId = config.NodeId,
            DirectoryId = directory.Properties!.DirectoryId,
            Directory = directory.PathOf(PartitionMetadataLog.TopicPartition),
            Endpoints = VoterEndpoints(config),
            StaticVoters = StaticVoters(config),
            MaxRecordBytesBetweenSnapshots = config.MetadataLogMaxRecordBytesBetweenSnapshots,
            MaxSnapshotIntervalMs = config.MetadataLogMaxSnapshotIntervalMs,
            MaxRetentionBytes = config.MetadataMaxRetentionBytes,
            MaxRetentionMs = config.MetadataMaxRetentionMs,
        };
        var bootstrap = StorageFormatter.ReadBootstrap(shard.Disk, directory.Path);
        return new QuorumController(shard, config, node, raft, log, bootstrap, onFatal);
    }

    private static ListenerEndpoint ToEndpoint(Listener listener) =>
        new(listener.Name, listener.Host.Length > 0 ? listener.Host : "localhost", listener.Port, (short)listener.Protocol);

    private static ImmutableArray<VoterEndpoint> VoterEndpoints(BrokerConfig config) =>
        [.. config.Listeners.Controller.Select(listener =>
            new VoterEndpoint(listener.Name, listener.Host.Length > 0 ? listener.Host : "localhost", listener.Port))];

    // controller.quorum.voters: 1@host:9093,2@host:9093.
    private static ImmutableArray<int> StaticVoters(BrokerConfig config)
    {
        var voters = ImmutableArray.CreateBuilder<int>();
        foreach (var voter in config.Values.List("controller.quorum.voters"))
        {
            var at = voter.IndexOf('@', StringComparison.Ordinal);
            if (at <= 0 || !int.TryParse(voter.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                throw new ConfigException(
                    $"Invalid value {voter} for configuration controller.quorum.voters: each voter must be ID@HOST:PORT");
            }

            voters.Add(id);
        }

        return voters.ToImmutable();
    }
}
