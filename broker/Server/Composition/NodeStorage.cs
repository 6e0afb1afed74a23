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

    private NodeStorage(List<LogDirectory> directories, List<GroupCommit[]> groups, BrokerConfig config, IReadOnlyList<string> unusable)
    {
        Unusable = unusable;
        _directories = directories;
        _groups = groups;
        _logDirs = directories.FindAll(directory => config.LogDirs.Contains(directory.Path, StringComparer.Ordinal));
        _metadataIndex = directories.FindIndex(directory => directory.Path == (config.MetadataLogDir ?? config.LogDirs[0]));
    }

    /// <summary>All of them.</summary>
    internal IReadOnlyList<LogDirectory> Directories => _directories;

    /// <summary>Those of <c>log.dirs</c>, in that order.</summary>
    internal IReadOnlyList<LogDirectory> LogDirs => _logDirs;

    /// <summary>Paths of <c>log.dirs</c> that could not be read when the node started: their partitions are offline.</summary>
    internal IReadOnlyList<string> Unusable { get; }

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
        var unusable = UnusableOf(home, options);
        var format = ControllerSetup.FormatOptionsOf(config, options.ClusterId, ignoreFormatted: true);
        var (clusterId, formatted) = StorageFormatter.Format(
            home.Disk, home.Random, home.WallClockMs, format with { LogDirs = [.. format.LogDirs.Except(unusable, StringComparer.Ordinal)] });
        if (formatted > 0)
        {
            ServerLog.Formatted(options.Log, formatted, clusterId);
        }

        var opened = new List<LogDirectory>();
        try
        {
            var paths = format.LogDirs.Except(unusable, StringComparer.Ordinal).ToList();
            foreach (var path in paths)
            {
                try
                {
                    opened.Add(LogDirectory.Open(home.Disk, path, new StorageLog(options.Log), clusterId, config.NodeId));
                }
                catch (IOException e) when (path != (config.MetadataLogDir ?? config.LogDirs[0]) && unusable.Count + 1 < config.LogDirs.Count)
                {
                    // Nobody else holds it: formatting has just had it.
                    LeaveOut(path, e, unusable, options);
                }
            }

            return new NodeStorage(opened, opened.ConvertAll(directory => shards.Select(directory.Attach).ToArray()), config, unusable);
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

    /// <summary>
    /// Those of <c>log.dirs</c> that cannot be made or read: the others serve without them. Without the metadata's, or without any, there is
    /// nothing to start, and what is in the way is said when it is opened.
    /// </summary>
    private static List<string> UnusableOf(Shard home, BrokerNodeOptions options)
    {
        var config = options.Config;
        var unusable = new List<string>();
        foreach (var path in config.LogDirs.Where(path => path != (config.MetadataLogDir ?? config.LogDirs[0])))
        {
            try
            {
                home.Disk.CreateDirectory(path);
                home.Disk.ListDirectories(path);
                MetaProperties.Read(home.Disk, path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LeaveOut(path, e, unusable, options);
            }
        }

        return unusable.Count < config.LogDirs.Count ? unusable : [];
    }

    private static void LeaveOut(string path, Exception error, List<string> unusable, BrokerNodeOptions options)
    {
        Mark.Hit("node.directory-left-out");
        ServerLog.DirectoryLeftOut(options.Log, path, error.Message);
        unusable.Add(path);
    }

    /// <summary>Takes out of use what no topic of the metadata claims: what was deleted, or belongs to a topic of another id.</summary>
    internal void RemoveLeftovers(MetadataImage image, Func<string> newUnique, ILogger log)
    {
        foreach (var directory in _directories)
        {
            directory.RemoveDeleted();
            directory.RemoveFutures((partition, id) => IsClaimed(image, partition, id));
            foreach (var partition in directory.ListPartitions())
            {
                if (partition != PartitionMetadataLog.TopicPartition && !IsClaimed(image, directory, partition))
                {
                    directory.RenameToStray(partition, newUnique());
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
        IsClaimed(image, partition, directory.TopicIdOf(partition));

    private static bool IsClaimed(MetadataImage image, TopicPartition partition, Uuid? topicId) =>
        image.FindTopic(partition.Topic) is { } topic
        && topic.FindPartition(partition.Partition) is not null
        && (topicId is not { } id || id == topic.Id);
}
