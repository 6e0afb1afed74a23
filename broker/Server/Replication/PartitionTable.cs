using Deterministic.Kernel;
using Deterministic.Kernel.Time;
using Deterministic.Protocol;
using Deterministic.Server.Configs;
using Deterministic.Server.Metadata;
using Deterministic.Server.Moves;
using Deterministic.Storage;

namespace Deterministic.Server.Replication;

/// <summary>
/// The partitions of one shard: opened, created and deleted as the metadata image says. Owned by the shard, lives as long.
/// </summary>
internal sealed class PartitionTable(BrokerShard shard, IReadOnlyList<GroupCommit> directories)
{
    /// <summary>After which a log that an error of the disk kept from opening is tried again.</summary>
    internal const long ReopenMs = 10_000;

    private readonly Dictionary<TopicIdPartition, Partition> _partitions = [];
    private readonly DirectoryPlacing _placing = new(shard, directories);
    private readonly NameHandover _names = new(shard);
    private ScheduledTimer? _reopening;
    private bool _isClosed;

    /// <summary>All of them.</summary>
    internal IReadOnlyDictionary<TopicIdPartition, Partition> All => _partitions;

    /// <summary>Follows the image. <paramref name="isReconfigured"/>: the node's own settings changed, and with them every topic's.</summary>
    internal void Apply(MetadataImage image, MetadataDelta delta, bool isReconfigured)
    {
        if (_isClosed)
        {
            Mark.Hit("partition.image-after-the-end");
            return;
        }

        foreach (var topic in delta.ChangedTopics)
        {
            if (topic.After is null)
            {
                Delete(topic.Before!);
                _names.OnDeleted(topic.Before!);
            }
        }

        foreach (var topic in delta.ChangedTopics)
        {
            if (topic.After is { } after)
            {
                Follow(after, image);
            }
        }

        foreach (var changed in delta.ChangedConfigs)
        {
            if (changed.Type == ConfigResource.Topic && image.FindTopic(changed.Name) is { } topic)
            {
                Follow(topic, image);
            }
        }

        if (isReconfigured)
        {
            Mark.Hit("partition.settings-of-all-renewed");
            foreach (var topic in image.TopicsById.Values)
            {
                Follow(topic, image);
            }
        }

        _placing.TellChosen();
    }

    /// <summary>The shard that had these partitions of a deleted topic has renamed their directories: a topic of that name may be waiting.</summary>
    internal void OnNamesFreed(TopicImage deleted, IReadOnlyList<int> partitions)
    {
        var isFree = false;
        foreach (var partition in partitions)
        {
            isFree |= _names.OnFreed(deleted, partition);
        }

        if (isFree && !_isClosed && shard.Image.FindTopic(deleted.Name) is { } topic && topic.Partitions.Any(partition => IsMissing(topic, partition)))
        {
            Mark.Hit("partition.opened-once-its-name-was-free");
            Follow(topic, shard.Image);
            _placing.TellChosen();
        }
    }

    /// <summary>Closes every log; true when each was closed cleanly.</summary>
    internal bool Close()
    {
        var isClean = true;
        _isClosed = true;
        _reopening?.Cancel();
        foreach (var (_, partition) in _partitions)
        {
            partition.Leave(ErrorCode.NotLeaderOrFollower);
            isClean &= DirectoryMoves.Leave(partition, clean: true);
            isClean &= partition.Log.Close(clean: true);
        }

        _partitions.Clear();
        return isClean;
    }

    private void Follow(TopicImage topic, MetadataImage image)
    {
        PartitionSettings? settings = null;
        foreach (var partition in topic.Partitions)
        {
            if (shard.Map.OwnerOf(topic.Id, partition.PartitionId) == shard.Shard.Id.Value && partition.Replicas.Contains(shard.NodeId))
            {
                settings ??= SettingsOf(topic.Name, image);
                Follow(topic, partition, settings);
            }
        }
    }

    private PartitionSettings SettingsOf(string topic, MetadataImage image)
    {
        try
        {
            return TopicSettings.Of(image.ConfigOf(ConfigResource.OfTopic(topic)), shard.Config);
        }
        catch (ConfigException e)
        {
            // The metadata was written by another release; its topic is served, with what this release has for default.
            Mark.Hit("partition.config-refused");
            ServerLog.TopicConfigRefused(shard.Log, topic, e.Message);
            return TopicSettings.Of(MetadataImage.Empty.ConfigOf(ConfigResource.OfTopic(topic)), shard.Config);
        }
    }

    private void Follow(TopicImage topic, PartitionImage image, PartitionSettings settings)
    {
        var id = new TopicIdPartition(topic.Id, image.PartitionId);
        if (_partitions.TryGetValue(id, out var known))
        {
            var wasLeader = known.IsLeader;
            known.OnImage(image, settings);
            Tell(known, wasLeader);
        }
        else if (!_names.IsTaken(new TopicPartition(topic.Name, image.PartitionId)) && TryOpen(topic, image, settings) is { } opened)
        {
            _partitions.Add(id, opened);
            Tell(opened, wasLeader: false);
        }
    }

    private Partition? TryOpen(TopicImage topic, PartitionImage image, PartitionSettings settings)
    {
        var name = new TopicPartition(topic.Name, image.PartitionId);
        try
        {
            if (_placing.Choose(topic, image, name) is not { IsOffline: false } directory)
            {
                Mark.Hit("partition.directory-offline");
                ServerLog.PartitionOffline(shard.Log, name, image.DirectoryOf(shard.NodeId).ToString());
                return null;
            }

            var partition = new Partition(shard, name, topic.Id, image, settings) { Lost = OnLost };
            partition.Open(PartitionLog.OpenExisting(directory, name, topic.Id, settings.Log, partition));
            _placing.OnOpened(partition, directory);
            return partition;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            Mark.Hit("partition.not-opened");
            ServerLog.PartitionNotOpened(shard.Log, name, e);
            if (e is IOException)
            {
                ScheduleReopening();
            }

            return null;
        }
    }

    private void ScheduleReopening() =>
        _reopening ??= shard.Shard.Timers.Schedule(shard.Shard.MonotonicMs + ReopenMs, static state => ((PartitionTable)state!).Reopen(), this);

    /// <summary>An error of the disk may pass: what could not be opened for one is tried again, and nobody has to restart the broker.</summary>
    private void Reopen()
    {
        _reopening = null;
        foreach (var topic in shard.Image.TopicsById.Values)
        {
            if (topic.Partitions.Any(partition => IsMissing(topic, partition)))
            {
                Mark.Hit("partition.opened-again");
                Follow(topic, shard.Image);
            }
        }

        _placing.TellChosen();
    }

    private bool IsMissing(TopicImage topic, PartitionImage partition) =>
        shard.Map.OwnerOf(topic.Id, partition.PartitionId) == shard.Shard.Id.Value && partition.Replicas.Contains(shard.NodeId)
        && !_partitions.ContainsKey(new TopicIdPartition(topic.Id, partition.PartitionId));

    private void OnLost(Partition partition)
    {
        DirectoryMoves.Leave(partition, clean: false);
        shard.Lifecycle?.OnLeft(partition);
    }

    private void Tell(Partition partition, bool wasLeader)
    {
        if (partition.IsLeader && !wasLeader)
        {
            shard.Lifecycle?.OnLeading(partition);
        }
        else if (wasLeader && !partition.IsLeader)
        {
            shard.Lifecycle?.OnLeft(partition);
        }
    }

    private void Delete(TopicImage topic)
    {
        foreach (var image in topic.Partitions)
        {
            if (_partitions.Remove(new TopicIdPartition(topic.Id, image.PartitionId), out var partition))
            {
                shard.Lifecycle?.OnLeft(partition);
                partition.Leave(ErrorCode.UnknownTopicOrPartition);
                Mark.Hit("partition.deleted");
                shard.Moves.OnDeleted(partition);
                partition.Log.Delete(NewDeletionName());
            }
            else if (shard.Map.OwnerOf(topic.Id, image.PartitionId) == shard.Shard.Id.Value)
            {
                DeleteUnopened(topic, image);
            }
        }

        shard.Lifecycle?.OnTopicDeleted(topic.Name);
    }

    /// <summary>Its log could not be opened; its directory goes all the same.</summary>
    private void DeleteUnopened(TopicImage topic, PartitionImage image)
    {
        foreach (var directory in directories.Where(directory => !directory.IsOffline))
        {
            directory.Directory.DeleteUnopened(
                shard.Shard, new TopicPartition(topic.Name, image.PartitionId), topic.Id, NewDeletionName());
        }
    }

    private string NewDeletionName() => shard.Moves.NewUnique();
}
