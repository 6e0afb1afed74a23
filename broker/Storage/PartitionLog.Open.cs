using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Protocol;

namespace Deterministic.Storage;

/// <content>Opening.</content>
public sealed partial class PartitionLog
{
    /// <summary>
    /// Opens the log of a partition on the running shard, making its directory when absent; after an unclean stop it is
    /// recovered first. What was known from the checkpoints of the directory comes in by <paramref name="start"/>.
    /// The high watermark begins at the checkpointed one, held within log start and log end.
    /// </summary>
    /// <exception cref="IOException">The disk failed.</exception>
    /// <exception cref="InvalidDataException">The directory belongs to another topic id, or holds what no log can be made of.</exception>
    public static PartitionLog Open(
        GroupCommit group, TopicPartition topicPartition, Uuid topicId, LogConfig config, ILogListener listener, in LogStart start)
    {
        ArgumentNullException.ThrowIfNull(group);
        Check.That(group.Shard.IsCurrent, $"{topicPartition}: opened on a shard that will not own it");
        if (group.IsOffline)
        {
            Mark.Hit("log.opened-in-failed-directory");
            throw new IOException($"Log directory {group.Directory.Path} is offline: {group.Failure!.Message}");
        }

        return OpenAt(group, group.Directory.PathOf(topicPartition), topicPartition, topicId, config, listener, start);
    }

    /// <summary>
    /// Opens with what the directory's checkpoints said when the node started; a log without a directory is new, whatever
    /// they say of an earlier one of that name.
    /// </summary>
    public static PartitionLog OpenExisting(
        GroupCommit group, TopicPartition topicPartition, Uuid topicId, LogConfig config, ILogListener listener)
    {
        ArgumentNullException.ThrowIfNull(group);
        var isNew = !group.IsOffline && !group.Disk.DirectoryExists(group.Directory.PathOf(topicPartition));
        return Open(group, topicPartition, topicId, config, listener, isNew ? LogStart.New : LogStart.Of(group.Directory, topicPartition));
    }

    private static PartitionLog OpenAt(
        GroupCommit group, string path, TopicPartition topicPartition, Uuid topicId, LogConfig config, ILogListener listener, in LogStart start)
    {
        var log = new PartitionLog(group, path, topicPartition, AdoptDirectory(group.Disk, path, topicId), config, listener);
        log.Load(start);
        group.Add(log);
        return log;
    }

    private static Uuid AdoptDirectory(IDisk disk, string path, Uuid topicId)
    {
        if (!disk.DirectoryExists(path))
        {
            disk.CreateDirectory(path);
        }

        if (PartitionMetadataFile.Read(disk, path) is not { } found)
        {
            // Also one that is there: whoever made it may have come no further, and then its name would not survive a loss of power.
            disk.SyncDirectory(DiskPath.DirectoryOf(path));
            if (!topicId.IsZero)
            {
                PartitionMetadataFile.Write(disk, path, topicId);
            }

            return topicId;
        }

        return topicId.IsZero || topicId == found
            ? found
            : throw new InvalidDataException($"{path} belongs to topic id {found}; the topic now has id {topicId}");
    }

    private void Load(in LogStart start)
    {
        new LogRecovery(this).Run(start);
        HighWatermark = Math.Clamp(start.HighWatermark, LogStartOffset, LogEndOffset);
        WrittenEndOffset = LogEndOffset;
        DurableEndOffset = LogEndOffset;
        RecoveryPoint = LogEndOffset;
        CleanedUpTo = Math.Clamp(start.CleanedUpTo, LogStartOffset, LogEndOffset);
        _producers.OnHighWatermark(HighWatermark);
    }
}
