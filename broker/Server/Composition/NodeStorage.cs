using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Raft;
using Deterministic.Server.Configs;
using Deterministic.Server.Controller;
using Deterministic.Server.Metadata;
using Deterministic.Storage;
using Microsoft.Extensions.Logging;

namespace Deterministic.Server.Composition;

/// <summary>
/// The log directories of a node: locked, of one cluster and node, each shared out to the shards. Owned by shard 0; lives
/// from start to stop.
/// </summary>
internal sealed class NodeStorage
{
    private readonly List<LogDirectory> _directories;
    private readonly List<GroupCommit[]> _groups;

    private readonly List<LogDirectory> _logDirs;
    private readonly int _metadataIndex;

    private NodeStorage(List<LogDirectory> directories, List<GroupCommit[]> groups, BrokerConfig config)
    {
        _directories = directories;
        _groups = groups;
        _logDirs = directories.FindAll(directory => config.LogDirs.Contains(directory.Path, StringComparer.Ordinal));
        _metadataIndex = directories.FindIndex(directory => directory.Path == (config.MetadataLogDir ?? config.LogDirs[0]));
    }

    /// <summary>All of them.</summary>
    internal IReadOnlyList<LogDirectory> Directories => _directories;

    /// <summary>Those of <c>log.dirs</c>, in that order.</summary>
    internal IReadOnlyList<LogDirectory> LogDirs => _logDirs;

    /// <summary>The part of shard 0 in the directory of the metadata log.</summary>
    internal GroupCommit MetadataDirectory => _groups[_metadataIndex][ShardMap.ControllerShard];

    /// <summary>Whether that directory has failed, as shard 0 knows.</summary>
    internal bool IsOffline(LogDirectory directory) => _groups[_directories.IndexOf(directory)][ShardMap.ControllerShard].IsOffline;

    /// <summary>The part of a shard in each of <see cref="LogDirs"/>.</summary>
    internal IReadOnlyList<GroupCommit> OfShard(int shard) => [.. _logDirs.Select(directory => _groups[_directories.IndexOf(directory)][shard])];

    /// <summary>Formats the directories that are new and opens all of them.</summary>
    /// <exception cref="IOException">One is in use, or cannot be read or written; the message says which.</exception>
    /// <exception cref="InvalidDataException">One belongs to somebody else, or is damaged; the message says which.</exception>
    internal static NodeStorage Open(IReadOnlyList<Shard> shards, BrokerNodeOptions options)
    {
        var config = options.Config;
        var home = shards[ShardMap.ControllerShard];
        var (clusterId, formatted) = StorageFormatter.Format(
            home.Disk, home.Random, home.WallClockMs, ControllerSetup.FormatOptionsOf(config, options.ClusterId, ignoreFormatted: true));
        if (formatted > 0)
        {
            ServerLog.Formatted(options.Log, formatted, clusterId);
        }

        var opened = new List<LogDirectory>();
        try
        {
            var paths = config.LogDirs.Append(config.MetadataLogDir ?? config.LogDirs[0]).Distinct(StringComparer.Ordinal);
            foreach (var path in paths)
            {
                opened.Add(LogDirectory.Open(home.Disk, path, new StorageLog(options.Log), clusterId, config.NodeId));
            }

            return new NodeStorage(opened, opened.ConvertAll(directory => shards.Select(directory.Attach).ToArray()), config);
        }
        catch
        {
            foreach (var directory in opened)
            {
                directory.Dispose();
            }

            throw;
        }
    }

    /// <summary>Takes out of use what no topic of the metadata claims: what was deleted, or belongs to a topic of another id.</summary>
    internal void RemoveLeftovers(MetadataImage image, ILogger log)
    {
        foreach (var directory in _directories)
        {
            directory.RemoveDeleted();
            foreach (var partition in directory.ListPartitions())
            {
                if (partition != PartitionMetadataLog.TopicPartition && !IsClaimed(image, directory, partition))
                {
                    directory.RenameToStray(partition);
                    ServerLog.Stray(log, directory.Path, partition);
                }
            }
        }
    }

    /// <summary>Writes the clean-shutdown marker, if the stop was clean, and lets go of the locks.</summary>
    internal void Close(long? cleanBrokerEpoch, ILogger log)
    {
        foreach (var directory in _directories)
        {
            if (cleanBrokerEpoch is { } epoch && !IsOffline(directory))
            {
                try
                {
                    directory.WriteCleanShutdownMarker(epoch);
                }
                catch (IOException e)
                {
                    Mark.Hit("node.clean-marker-not-written");
                    ServerLog.CheckpointFailed(log, e.Message);
                }
            }

            directory.Dispose();
        }
    }

    private static bool IsClaimed(MetadataImage image, LogDirectory directory, TopicPartition partition) =>
        image.FindTopic(partition.Topic) is { } topic
        && topic.FindPartition(partition.Partition) is not null
        && (directory.TopicIdOf(partition) is not { } id || id == topic.Id);
}
