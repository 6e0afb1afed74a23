using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Protocol;

namespace Deterministic.Storage;

/// <summary>
/// A directory of many logs: lock, owner, checkpoints, clean-shutdown marker, failure. Opened once when the node starts,
/// before its shards run; immutable afterwards, so that every shard may read it. Checkpoints are written by one shard.
/// </summary>
public sealed class LogDirectory : IDisposable
{
    /// <summary>The default of file.delete.delay.ms, for what has no configuration any more.</summary>
    private const long UnopenedDeleteDelayMs = 60_000;

    private readonly IDisk _disk;
    private readonly IDisposable _lock;
    private readonly List<GroupCommit> _groups = [];

    private LogDirectory(IDisk disk, string path, IStorageLog log, IDisposable heldLock)
    {
        _disk = disk;
        _lock = heldLock;
        Path = path;
        Log = log;
    }

    /// <summary>Its absolute path.</summary>
    public string Path { get; }

    /// <summary>What meta.properties says; null while the directory is not formatted.</summary>
    public MetaProperties? Properties { get; private set; }

    /// <summary>Whether the last stop was clean, so that logs need no recovery.</summary>
    public bool HadCleanShutdown { get; private set; }

    /// <summary>The broker epoch in the clean-shutdown marker; -1 without one.</summary>
    public long PreviousBrokerEpoch { get; private set; } = -1;

    /// <summary>Recovery points as read at the start.</summary>
    public IReadOnlyDictionary<TopicPartition, long> RecoveryPoints { get; private set; } = new Dictionary<TopicPartition, long>();

    /// <summary>Log start offsets as read at the start.</summary>
    public IReadOnlyDictionary<TopicPartition, long> LogStartOffsets { get; private set; } = new Dictionary<TopicPartition, long>();

    /// <summary>High watermarks as read at the start.</summary>
    public IReadOnlyDictionary<TopicPartition, long> HighWatermarks { get; private set; } = new Dictionary<TopicPartition, long>();

    /// <summary>How far each compacted log was cleaned, as read at the start.</summary>
    public IReadOnlyDictionary<TopicPartition, long> CleanerPoints { get; private set; } = new Dictionary<TopicPartition, long>();

    /// <summary>Directories of future replicas that were there at the start.</summary>
    public IReadOnlyList<string> FutureNames { get; private set; } = [];

    /// <summary>Called on the first shard when the directory has failed; set before the shards run.</summary>
    public Action<IOException>? OnFailed { get; set; }

    internal IStorageLog Log { get; }

    internal GroupCommit FirstGroup => _groups[0];

    /// <summary>
    /// Makes the directory if absent, locks it and reads what it says. Refuses a directory of another cluster or node, of a
    /// newer format, or in use, with an <see cref="IOException"/> or <see cref="InvalidDataException"/> that says so.
    /// Null expectations are not checked.
    /// </summary>
    public static LogDirectory Open(IDisk disk, string path, IStorageLog log, string? expectedClusterId, int? expectedNodeId)
    {
        ArgumentNullException.ThrowIfNull(disk);
        if (!disk.DirectoryExists(path))
        {
            disk.CreateDirectory(path);
            disk.SyncDirectory(DiskPath.DirectoryOf(path));
        }

        var heldLock = disk.TryLock(DiskPath.Join(path, StoragePaths.Lock))
            ?? throw new IOException($"{path} is in use by another process (it holds {StoragePaths.Lock}); stop that one or choose another log directory");
        var directory = new LogDirectory(disk, path, log, heldLock);
        try
        {
            directory.ReadProperties(expectedClusterId, expectedNodeId);
            directory.ReadState();
        }
        catch
        {
            heldLock.Dispose();
            throw;
        }

        return directory;
    }

    /// <summary>Writes meta.properties into a directory that has none.</summary>
    public void Format(MetaProperties properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        Check.That(Properties is null, $"{Path} is formatted already");
        properties.Write(_disk, Path);
        Properties = properties;
    }

    /// <summary>A shard's part of this directory. Called for each shard before the shards run.</summary>
    public GroupCommit Attach(Shard shard)
    {
        var group = new GroupCommit(shard, this);
        _groups.Add(group);
        return group;
    }

    /// <summary>The partitions that have a directory here, in the order of the names; what is on its way out is not among them.</summary>
    public IReadOnlyList<TopicPartition> ListPartitions()
    {
        var partitions = new List<TopicPartition>();
        foreach (var name in _disk.ListDirectories(Path))
        {
            if (PartitionDirectoryName.TryParse(name, out var partition))
            {
                partitions.Add(partition);
            }
            else if (!PartitionDirectoryName.IsDeletion(name) && !PartitionDirectoryName.TryParseFuture(name, out _))
            {
                Log.Warning($"{DiskPath.Join(Path, name)} is no partition directory and is left alone");
            }
        }

        return partitions;
    }

    /// <summary>The names of the directories of a partition's future replicas: those that an earlier life began and did not finish.</summary>
    public IReadOnlyList<string> ListFutures(TopicPartition partition, Uuid topicId)
    {
        var found = new List<string>();
        foreach (var name in FutureNames)
        {
            if (PartitionDirectoryName.TryParseFuture(name, out var named) && named == partition
                && _disk.DirectoryExists(DiskPath.Join(Path, name)) && PartitionMetadataFile.Read(_disk, DiskPath.Join(Path, name)) == topicId)
            {
                found.Add(name);
            }
        }

        return found;
    }

    /// <summary>Takes a directory that no start shall find again out of use, and deletes it; throws <see cref="IOException"/> when the disk refuses.</summary>
    public void Discard(string name, TopicPartition partition, string unique)
    {
        Mark.Hit("log-directory.replica-discarded");
        var path = DiskPath.Join(Path, PartitionDirectoryName.ForDeletion(partition, unique));
        _disk.Rename(DiskPath.Join(Path, name), path);
        _disk.SyncDirectory(Path);
        _disk.DeleteDirectory(path);
    }

    /// <summary>Gives the future replica of a partition the partition's name: what a stop kept the former process from.</summary>
    public void PromoteUnopened(string name, TopicPartition partition)
    {
        Mark.Hit("recovery.future-replica-promoted");
        Log.Info($"{DiskPath.Join(Path, name)}: becomes the replica of {partition}, as the metadata says");
        _disk.Rename(DiskPath.Join(Path, name), PathOf(partition));
        _disk.SyncDirectory(Path);
    }

    /// <summary>The topic id in the directory of a partition; null when it has none.</summary>
    public Uuid? TopicIdOf(TopicPartition partition) => PartitionMetadataFile.Read(_disk, PathOf(partition));

    /// <summary>Removes what a deletion before the last stop left behind (<c>…-delete</c>). Returns how many directories.</summary>
    public int RemoveDeleted()
    {
        var removed = 0;
        foreach (var name in _disk.ListDirectories(Path))
        {
            if (PartitionDirectoryName.IsDeletion(name))
            {
                Mark.Hit("recovery.deleted-directory-removed");
                _disk.DeleteDirectory(DiskPath.Join(Path, name));
                removed++;
            }
        }

        return removed;
    }

    /// <summary>Removes future replicas of an earlier life that nobody claims; one that does not say of which topic it is holds nothing yet.</summary>
    public void RemoveFutures(Func<TopicPartition, Uuid, bool> isClaimed)
    {
        ArgumentNullException.ThrowIfNull(isClaimed);
        foreach (var name in FutureNames)
        {
            var path = DiskPath.Join(Path, name);
            if (PartitionDirectoryName.TryParseFuture(name, out var partition)
                && (PartitionMetadataFile.Read(_disk, path) is not { } id || !isClaimed(partition, id)))
            {
                Mark.Hit("recovery.future-replica-removed");
                _disk.DeleteDirectory(path);
            }
        }
    }

    /// <summary>Takes a partition directory out of use without opening it: no topic of the metadata claims it.</summary>
    public void RenameToStray(TopicPartition partition, string unique)
    {
        Mark.Hit("recovery.stray-directory");
        _disk.Rename(PathOf(partition), DiskPath.Join(Path, PartitionDirectoryName.ForStray(partition, unique)));
        _disk.SyncDirectory(Path);
    }

    /// <summary>
    /// Deletes the directory of a partition whose log is not open, if it belongs to that topic: what a start could not read must not
    /// stand in the way of a topic that gets its name. Like <see cref="PartitionLog.Delete"/>; false when the disk refuses.
    /// </summary>
    public bool DeleteUnopened(Shard shard, TopicPartition partition, Uuid topicId, string unique)
    {
        try
        {
            if (!_disk.DirectoryExists(PathOf(partition)) || TopicIdOf(partition) != topicId)
            {
                return true;
            }

            Mark.Hit("log-directory.unopened-deleted");
            var path = DiskPath.Join(Path, PartitionDirectoryName.ForDeletion(partition, unique));
            _disk.Rename(PathOf(partition), path);
            _disk.SyncDirectory(Path);
            DeleteDirectoryLater(shard, path, UnopenedDeleteDelayMs);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Log.Error($"{PathOf(partition)} could not be deleted with its topic; the next start renames it: {e.Message}");
            return false;
        }
    }

    /// <summary>Replaces recovery-point-offset-checkpoint; offsets of all logs of the directory, whichever shard owns them.</summary>
    public void WriteRecoveryPoints(IReadOnlyDictionary<TopicPartition, long> offsets) =>
        CheckpointFile.Write(_disk, DiskPath.Join(Path, StoragePaths.RecoveryPointCheckpoint), offsets);

    /// <summary>Replaces log-start-offset-checkpoint.</summary>
    public void WriteLogStartOffsets(IReadOnlyDictionary<TopicPartition, long> offsets) =>
        CheckpointFile.Write(_disk, DiskPath.Join(Path, StoragePaths.LogStartCheckpoint), offsets);

    /// <summary>Replaces replication-offset-checkpoint.</summary>
    public void WriteHighWatermarks(IReadOnlyDictionary<TopicPartition, long> offsets) =>
        CheckpointFile.Write(_disk, DiskPath.Join(Path, StoragePaths.ReplicationCheckpoint), offsets);

    /// <summary>Replaces cleaner-offset-checkpoint.</summary>
    public void WriteCleanerPoints(IReadOnlyDictionary<TopicPartition, long> offsets) =>
        CheckpointFile.Write(_disk, DiskPath.Join(Path, StoragePaths.CleanerCheckpoint), offsets);

    /// <summary>The last thing of a clean stop, when every log was closed cleanly and the checkpoints are written.</summary>
    public void WriteCleanShutdownMarker(long brokerEpoch) => CleanShutdownMarker.Write(_disk, Path, brokerEpoch);

    /// <summary>Bytes in all and bytes free on its volume.</summary>
    public (long TotalBytes, long UsableBytes) Space() => _disk.SpaceOf(Path);

    /// <summary>The directory of a partition.</summary>
    public string PathOf(TopicPartition partition) => DiskPath.Join(Path, partition.ToString());

    /// <summary>Takes the directory offline for good: every shard's part is told. Any shard.</summary>
    public void Fail(IOException error)
    {
        foreach (var group in _groups)
        {
            if (group.Shard.IsCurrent)
            {
                group.OnDirectoryFailed(error);
            }
            else
            {
                group.Shard.Post(() => group.OnDirectoryFailed(error));
            }
        }
    }

    /// <summary>Lets go of the lock.</summary>
    public void Dispose() => _lock.Dispose();

    internal void DeleteDirectoryLater(Shard shard, string path, long delayMs) =>
        shard.Timers.Schedule(shard.MonotonicMs + delayMs, state => DeleteDirectoryNow((string)state!), path);

    private void DeleteDirectoryNow(string path)
    {
        try
        {
            _disk.DeleteDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Mark.Hit("log-directory.deletion-failed");
            Log.Warning($"could not delete {path}, the next start will: {e.Message}");
        }
    }

    private void ReadProperties(string? clusterId, int? nodeId)
    {
        Properties = MetaProperties.Read(_disk, Path);
        if (Properties is null)
        {
            return;
        }

        if (clusterId is not null && !Properties.ClusterId.Equals(clusterId, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{Path} belongs to cluster {Properties.ClusterId}; this node is of cluster {clusterId}");
        }

        if (nodeId is { } expected && Properties.NodeId != expected)
        {
            throw new InvalidDataException($"{Path} belongs to node {Properties.NodeId}; this node has node.id {expected}");
        }
    }

    private void ReadState()
    {
        var marker = CleanShutdownMarker.Consume(_disk, Path);
        HadCleanShutdown = marker is >= 0;
        PreviousBrokerEpoch = marker ?? -1;
        RecoveryPoints = ReadCheckpoint(StoragePaths.RecoveryPointCheckpoint);
        LogStartOffsets = ReadCheckpoint(StoragePaths.LogStartCheckpoint);
        HighWatermarks = ReadCheckpoint(StoragePaths.ReplicationCheckpoint);
        CleanerPoints = ReadCheckpoint(StoragePaths.CleanerCheckpoint);
        FutureNames = [.. _disk.ListDirectories(Path).Where(name => PartitionDirectoryName.TryParseFuture(name, out _))];
    }

    private IReadOnlyDictionary<TopicPartition, long> ReadCheckpoint(string name)
    {
        if (CheckpointFile.Read(_disk, DiskPath.Join(Path, name), out var offsets) is { } problem)
        {
            Mark.Hit("recovery.checkpoint-unreadable");
            Log.Warning($"{problem}; lines that cannot be read count as absent, so those logs are recovered from their start");
        }

        return offsets;
    }
}
