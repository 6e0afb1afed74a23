using Deterministic.Kernel.Ports;
using Deterministic.Protocol;
using Deterministic.Raft;
using Deterministic.Storage;

namespace Deterministic.Server.Controller;

/// <summary>
/// Prepares log directories for a node, as <c>kafka-storage format</c> does: <c>meta.properties</c> in each, and in the
/// metadata log directory <c>bootstrap.checkpoint</c> and, with a dynamic quorum, the snapshot with the first voter.
/// <c>meta.properties</c> comes last: a directory without it is not formatted, whatever a crash left in it. Stateless.
/// </summary>
public static class StorageFormatter
{
    /// <summary>The file with the first records of a cluster.</summary>
    public const string BootstrapFileName = "bootstrap.checkpoint";

    private const string LockFileName = ".lock";
    private const short DynamicKRaftVersion = 1;

    /// <summary>Formats the directories that are not formatted yet; returns the cluster id and how many were.</summary>
    /// <exception cref="InvalidDataException">One is formatted already, or for another cluster or node; the message names it.</exception>
    /// <exception cref="IOException">The disk failed, or a directory is in use.</exception>
    public static (string ClusterId, int FormattedCount) Format(IDisk disk, IRandom random, long nowMs, FormatOptions options)
    {
        var locks = new List<IDisposable>();
        try
        {
            foreach (var directory in options.LogDirs)
            {
                disk.CreateDirectory(directory);
                disk.SyncDirectory(DiskPath.DirectoryOf(directory) is { Length: > 0 } parent ? parent : "/");
                locks.Add(disk.TryLock(DiskPath.Join(directory, LockFileName))
                    ?? throw new IOException($"{directory} is in use by another process (it holds {LockFileName}); stop that one first"));
            }

            return FormatLocked(disk, random, nowMs, options);
        }
        finally
        {
            foreach (var held in locks)
            {
                held.Dispose();
            }
        }
    }

    /// <summary>Whether every directory has a <c>meta.properties</c>.</summary>
    public static bool IsFormatted(IDisk disk, IEnumerable<string> logDirs) =>
        logDirs.All(directory => MetaProperties.Read(disk, directory) is not null);

    /// <summary>The first records of the cluster: from the file, or those of a new 4.3 cluster when there is none.</summary>
    /// <exception cref="RaftException">The file is damaged.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> ReadBootstrap(IDisk disk, string metadataLogDir)
    {
        var path = DiskPath.Join(metadataLogDir, BootstrapFileName);
        if (!disk.FileExists(path))
        {
            return BootstrapRecords.OfNewCluster();
        }

        using var file = disk.Open(path, FileOpening.ReadOnly);
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        return [.. SnapshotContent.Read(bytes, path).Batches.SelectMany(batch => batch.Values)];
    }

    private static (string ClusterId, int FormattedCount) FormatLocked(
        IDisk disk, IRandom random, long nowMs, FormatOptions options)
    {
        var unformatted = new List<string>();
        var clusterId = options.ClusterId;
        foreach (var directory in options.LogDirs)
        {
            if (MetaProperties.Read(disk, directory) is not { } properties)
            {
                unformatted.Add(directory);
                continue;
            }

            CheckFormatted(directory, properties, options);
            clusterId ??= properties.ClusterId;
            if (properties.ClusterId != clusterId)
            {
                throw new InvalidDataException(
                    $"Log directory {directory} belongs to cluster {properties.ClusterId}, not to {clusterId}");
            }
        }

        clusterId ??= Uuid.FromRandom(random).ToString();
        foreach (var directory in unformatted)
        {
            FormatOne(disk, directory, new MetaProperties(clusterId, options.NodeId, Uuid.FromRandom(random)), nowMs, options);
        }

        return (clusterId, unformatted.Count);
    }

    private static void CheckFormatted(string directory, MetaProperties properties, FormatOptions options)
    {
        if (!options.IgnoreFormatted)
        {
            throw new InvalidDataException(
                $"Log directory {directory} is already formatted (cluster {properties.ClusterId}, node {properties.NodeId}). Use --ignore-formatted to ignore this directory and format the others.");
        }

        if (properties.NodeId != options.NodeId)
        {
            throw new InvalidDataException(
                $"Log directory {directory} belongs to node {properties.NodeId}, but node.id is {options.NodeId}");
        }
    }

    private static void FormatOne(IDisk disk, string directory, MetaProperties properties, long nowMs, FormatOptions options)
    {
        if (directory == (options.MetadataLogDir ?? options.LogDirs[0]))
        {
            WriteBootstrap(disk, directory, nowMs);
            if (!options.HasStaticVoters)
            {
                WriteFirstVoter(disk, directory, properties, nowMs, options);
            }
        }

        properties.Write(disk, directory);
    }

    private static void WriteBootstrap(IDisk disk, string directory, long nowMs) =>
        WriteSnapshot(disk, directory, BootstrapFileName, nowMs, writer =>
        {
            writer.WriteHeader(lastContainedTimestampMs: 0, kraftVersion: 0, voters: null);
            foreach (var record in BootstrapRecords.OfNewCluster())
            {
                writer.Write(record);
            }
        });

    private static void WriteFirstVoter(
        IDisk disk, string directory, MetaProperties properties, long nowMs, FormatOptions options)
    {
        var log = DiskPath.Join(directory, PartitionMetadataLog.TopicPartition.ToString());
        disk.CreateDirectory(log);
        disk.SyncDirectory(directory);
        var voters = new VoterSet([new Voter(options.NodeId, properties.DirectoryId, options.ControllerEndpoints)]);
        WriteSnapshot(
            disk, log, SnapshotId.Bootstrap.FileName, nowMs, writer => writer.WriteHeader(nowMs, DynamicKRaftVersion, voters));
    }

    private static void WriteSnapshot(IDisk disk, string directory, string name, long nowMs, Action<SnapshotWriter> write)
    {
        var path = DiskPath.Join(directory, name);
        var temporary = path + ".tmp";
        using (var file = disk.Open(temporary, FileOpening.Empty))
        {
            var writer = new SnapshotWriter(file, epoch: 0, nowMs);
            write(writer);
            writer.WriteFooter();
            file.Flush();
        }

        disk.Rename(temporary, path);
        disk.SyncDirectory(directory);
    }
}
