using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Protocol;
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

    private NodeStorage(List<LogDirectory> directories, List<GroupCommit[]> groups, string clusterId)
    {
        _directories = directories;
        _groups = groups;
        ClusterId = clusterId;
    }

    /// <summary>The cluster that the directories belong to.</summary>
    internal string ClusterId { get; }

    /// <summary>In the order of <c>log.dirs</c>.</summary>
    internal IReadOnlyList<LogDirectory> Directories => _directories;

    /// <summary>The part of a shard in each directory.</summary>
    internal IReadOnlyList<GroupCommit> OfShard(int shard) => [.. _groups.Select(group => group[shard])];

    /// <summary>Opens all directories and formats those that are new.</summary>
    /// <exception cref="IOException">One is in use, cannot be read or written, or belongs to somebody else; the message says which.</exception>
    internal static NodeStorage Open(IReadOnlyList<Shard> shards, BrokerNodeOptions options)
    {
        var disk = shards[ShardMap.ControllerShard].Disk;
        var opened = new List<LogDirectory>();
        try
        {
            var paths = options.Config.LogDirs.Append(options.Config.MetadataLogDir ?? options.Config.LogDirs[0]).Distinct(StringComparer.Ordinal);
            foreach (var path in paths)
            {
                opened.Add(LogDirectory.Open(disk, path, new StorageLog(options.Log), options.ClusterId, options.Config.NodeId));
            }

            var clusterId = Format(opened, shards[ShardMap.ControllerShard].Random, options);
            return new NodeStorage(opened, opened.ConvertAll(directory => shards.Select(directory.Attach).ToArray()), clusterId);
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

    /// <summary>The part of shard 0 in the directory of the metadata log.</summary>
    internal GroupCommit MetadataDirectory(BrokerNodeOptions options)
    {
        var path = options.Config.MetadataLogDir ?? options.Config.LogDirs[0];
        return _groups[_directories.FindIndex(directory => directory.Path == path)][ShardMap.ControllerShard];
    }

    /// <summary>Takes out of use what no topic of the metadata claims: what was deleted, or belongs to a topic of another id.</summary>
    internal void RemoveLeftovers(MetadataImage image, ILogger log)
    {
        foreach (var directory in _directories)
        {
            directory.RemoveDeleted();
            foreach (var partition in directory.ListPartitions())
            {
                if (partition != MetadataLog.Partition && !IsClaimed(image, directory, partition))
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
            if (cleanBrokerEpoch is { } epoch)
            {
                try
                {
                    directory.WriteCleanShutdownMarker(epoch);
                }
                catch (IOException e)
                {
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

    private static string Format(List<LogDirectory> directories, IRandom random, BrokerNodeOptions options)
    {
        var known = directories.Find(directory => directory.Properties is not null)?.Properties!.ClusterId;
        var clusterId = known ?? options.ClusterId ?? Uuid.FromRandom(random).ToString();
        foreach (var directory in directories)
        {
            if (directory.Properties is null)
            {
                directory.Format(new MetaProperties(clusterId, options.Config.NodeId, Uuid.FromRandom(random)));
            }
            else if (directory.Properties.ClusterId != clusterId)
            {
                throw new InvalidDataException(
                    $"{directory.Path} belongs to cluster {directory.Properties.ClusterId}, another log directory of this node to cluster {clusterId}");
            }
        }

        return clusterId;
    }
}
