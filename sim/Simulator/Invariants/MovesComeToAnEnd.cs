using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;
using Deterministic.Storage;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// A partition's replica lies where the metadata says, unless a move has just changed that; when all is quiet no move is under way, and
/// no future replica is left over.
/// </summary>
internal sealed class MovesComeToAnEnd(World world) : IInvariant
{
    /// <inheritdoc/>
    public string Name => "moves-end";

    /// <inheritdoc/>
    public void AtEnd(Inspection inspection)
    {
        var shards = inspection.Parts.Shards;
        var isThrottled = shards[0].Config.ReplicaAlterLogDirsIoMaxBytesPerSecond != long.MaxValue;
        if (isThrottled || shards.Any(shard => shard.Directories.Any(directory => directory.IsOffline) || shard.UnusableDirectories.Count > 0))
        {
            return;
        }

        foreach (var partition in shards.SelectMany(shard => shard.Partitions.Values))
        {
            var image = shards[0].Image.FindPartition(partition.TopicId, partition.TopicPartition.Partition);
            if (partition.Move is not null || (image is not null && image.DirectoryOf(shards[0].NodeId) != partition.Log.Directory.Properties!.DirectoryId))
            {
                world.Fail(Name, $"{inspection.Broker.Node.Name}: {partition.TopicPartition} is in {partition.Log.Path} at the end, moving: {partition.Move is not null}, by the metadata in {image?.DirectoryOf(shards[0].NodeId)}");
            }
        }

        foreach (var root in shards[0].Config.LogDirs)
        {
            foreach (var name in inspection.Disk.DirectoriesIn(root).Where(name => PartitionDirectoryName.TryParseFuture(name, out _)))
            {
                world.Fail(Name, $"{inspection.Broker.Node.Name}: {root}/{name} is left over");
            }
        }
    }
}
