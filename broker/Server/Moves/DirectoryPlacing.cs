using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Server.Controller;
using Deterministic.Server.Metadata;
using Deterministic.Server.Replication;
using Deterministic.Storage;

namespace Deterministic.Server.Moves;

/// <summary>
/// In which log directory each partition of one shard is opened (KIP-858): where the metadata says; where it lies, if that is elsewhere; and
/// never anew in another one while the right one is offline. Owned by the shard, lives as long.
/// </summary>
internal sealed class DirectoryPlacing(BrokerShard shard, IReadOnlyList<GroupCommit> directories)
{
    private readonly List<DirectoryAssignment> _assignments = [];
    private readonly bool[] _areNamesDurable = new bool[directories.Count];
    private readonly int[] _chosen = new int[directories.Count];

    /// <summary>The directory to open a partition in; null when it is offline.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    internal GroupCommit? Choose(TopicImage topic, PartitionImage image, TopicPartition name)
    {
        MakeNamesDurable();
        var id = image.DirectoryOf(shard.NodeId);
        var assigned = directories.FirstOrDefault(directory => directory.Directory.Properties!.DirectoryId == id);
        if (assigned is null && !DirectoryIds.IsReserved(id))
        {
            return null;
        }

        if (assigned is { IsOffline: true } || (assigned is not null && (Holds(assigned, name) || Promotes(assigned, topic.Id, name) || directories.Count == 1)))
        {
            return assigned;
        }

        var chosen = directories.FirstOrDefault(directory => !directory.IsOffline && Holds(directory, name) && directory.Directory.TopicIdOf(name) == topic.Id)
            ?? assigned ?? directories.FirstOrDefault(directory => !directory.IsOffline && Holds(directory, name)) ?? LeastUsed();
        if (!ReferenceEquals(chosen, assigned))
        {
            Mark.Hit("directory.chosen-by-broker");
            _assignments.Add(new DirectoryAssignment(topic.Id, image.PartitionId, chosen.Directory.Properties!.DirectoryId));
        }

        return chosen;
    }

    /// <summary>
    /// A process that was killed between the rename of a future replica and the sync of that name left a name that a loss of power may still
    /// take back: what is found under it now is to stay there. Once, before the first partition is opened.
    /// </summary>
    private void MakeNamesDurable()
    {
        for (var i = 0; directories.Count > 1 && i < directories.Count; i++)
        {
            if (!_areNamesDurable[i] && !directories[i].IsOffline && !directories[i].Directory.HadCleanShutdown)
            {
                shard.Shard.Disk.SyncDirectory(directories[i].Directory.Path);
            }

            _areNamesDurable[i] = true;
        }
    }

    /// <summary>What a stop left of the partition elsewhere: moves go on, what was moved away goes.</summary>
    internal void OnOpened(Partition partition, GroupCommit opened)
    {
        if (directories.Count == 1)
        {
            return;
        }

        foreach (var directory in directories)
        {
            if (directory.IsOffline)
            {
                continue;
            }

            if (!ReferenceEquals(directory, opened) && Holds(directory, partition.TopicPartition))
            {
                Mark.Hit("directory.moved-away");
                directory.Directory.DeleteUnopened(shard.Shard, partition.TopicPartition, partition.TopicId, shard.Moves.NewUnique());
            }

            foreach (var future in directory.Directory.ListFutures(partition.TopicPartition, partition.TopicId))
            {
                Resume(partition, opened, directory, future);
            }
        }
    }

    /// <summary>The controller hears of what it did not know.</summary>
    internal void TellChosen()
    {
        if (_assignments.Count > 0)
        {
            shard.OnDirectoriesChosen?.Invoke([.. _assignments]);
            _assignments.Clear();
        }
    }

    private void Resume(Partition partition, GroupCommit opened, GroupCommit directory, string future)
    {
        if (!shard.Shard.Disk.DirectoryExists(Kernel.Ports.DiskPath.Join(directory.Directory.Path, future)))
        {
            return;
        }

        if (ReferenceEquals(directory, opened))
        {
            directory.Directory.Discard(future, partition.TopicPartition, shard.Moves.NewUnique());
        }
        else
        {
            shard.Moves.Resume(partition, directory, future);
        }
    }

    private bool Holds(GroupCommit directory, TopicPartition name) =>
        !directory.IsOffline && shard.Shard.Disk.DirectoryExists(directory.Directory.PathOf(name));

    private bool Promotes(GroupCommit directory, Uuid topicId, TopicPartition name)
    {
        foreach (var future in directory.Directory.ListFutures(name, topicId))
        {
            if (shard.Shard.Disk.DirectoryExists(Kernel.Ports.DiskPath.Join(directory.Directory.Path, future)))
            {
                directory.Directory.PromoteUnopened(future, name);
                return true;
            }
        }

        return false;
    }

    private GroupCommit LeastUsed()
    {
        var least = 0;
        for (var i = 1; i < directories.Count; i++)
        {
            if (!directories[i].IsOffline && (directories[least].IsOffline || _chosen[i] < _chosen[least]))
            {
                least = i;
            }
        }

        _chosen[least]++;
        return directories[least];
    }
}
