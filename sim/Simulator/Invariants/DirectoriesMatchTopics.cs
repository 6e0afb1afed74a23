using Deterministic.Server.Metadata;
using Deterministic.Server.Replication;
using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;
using Deterministic.Storage;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// Every partition of the metadata that this node holds is open on its owner shard and has one directory, whose file says the
/// same topic id; no directory belongs to a partition that the metadata does not know.
/// </summary>
internal sealed class DirectoriesMatchTopics(World world, Func<string, bool> mayHarm) : IInvariant
{
    /// <inheritdoc/>
    public string Name => "directories-match-topics";

    /// <inheritdoc/>
    public void Inspect(Inspection inspection)
    {
        var shards = inspection.Parts.Shards;
        var image = shards[0].Image;
        var hasFailed = inspection.Watch.Logs.Any(log => log.Log is { IsOffline: true });
        // A directory that failed, or a start that the disk failed under, leaves partitions out; the fault explains it.
        if (hasFailed || inspection.Broker.MayGiveUp() || shards.Any(shard => !ReferenceEquals(shard.Image, image)))
        {
            return;
        }

        var directories = DirectoriesOf(inspection);
        foreach (var (_, topic) in image.TopicsByName)
        {
            foreach (var partition in topic.Partitions)
            {
                var id = new TopicIdPartition(topic.Id, partition.PartitionId);
                if (partition.Replicas.Contains(shards[0].NodeId) && !Check(inspection, id, $"{topic.Name}-{partition.PartitionId}", directories))
                {
                    return;
                }
            }
        }

        foreach (var (name, _) in directories)
        {
            if (!IsKnown(image, name))
            {
                world.Fail(Name, $"{inspection.Broker.Node.Name}: directory {name} is of no topic; the image is at {image.Offset}");
            }
        }
    }

    /// <summary>Live partition directories by name, with the topic ids that their files state.</summary>
    private static List<(string Name, string TopicId)> DirectoriesOf(Inspection inspection)
    {
        var found = new List<(string, string)>();
        foreach (var root in inspection.Parts.Shards[0].Config.LogDirs)
        {
            foreach (var name in inspection.Disk.DirectoriesIn(root))
            {
                if (PartitionDirectoryName.TryParse(name, out _) && name != Raft.PartitionMetadataLog.TopicPartition.ToString())
                {
                    var text = System.Text.Encoding.UTF8.GetString(inspection.Disk.ReadAll($"{root}/{name}/{StoragePaths.PartitionMetadata}"));
                    found.Add((name, text[(text.LastIndexOf(' ') + 1)..].Trim()));
                }
            }
        }

        return found;
    }

    private bool Check(Inspection inspection, in TopicIdPartition id, string name, List<(string Name, string TopicId)> directories)
    {
        var owner = inspection.Parts.Shards[inspection.Parts.Shards[0].Map.OwnerOf(id.TopicId, id.PartitionId)];
        if (owner.FindPartition(id) is not { IsGone: false } partition)
        {
            world.Fail(Name, $"{inspection.Broker.Node.Name}: {name} ({id.TopicId}) is not open on shard {owner.Shard.Id}");
            return false;
        }

        var count = directories.Count(directory => string.Equals(directory.Name, name, StringComparison.Ordinal));
        var stated = directories.Find(directory => string.Equals(directory.Name, name, StringComparison.Ordinal)).TopicId;
        if (count != 1 || (!string.Equals(stated, id.TopicId.ToString(), StringComparison.Ordinal) && !mayHarm(partition.Log.Path)))
        {
            world.Fail(Name, $"{inspection.Broker.Node.Name}: {name} ({id.TopicId}) has {count} directories, topic id '{stated}' on disk");
            return false;
        }

        return true;
    }

    private static bool IsKnown(MetadataImage image, string directory) =>
        PartitionDirectoryName.TryParse(directory, out var partition)
        && image.FindTopic(partition.Topic)?.FindPartition(partition.Partition) is not null;
}
