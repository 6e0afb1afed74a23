using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Raft;

/// <summary>
/// The snapshot files beside the metadata log: <c>OFFSET-EPOCH.checkpoint</c>. A file has that name only once it is whole
/// and durable. Owned by shard 0.
/// </summary>
public sealed class Snapshots(IDisk disk, string directory)
{
    private const string UnfinishedSuffix = ".part";
    private const string DeletedSuffix = ".deleted";
    private const string CheckpointSuffix = ".checkpoint";

    private readonly SortedDictionary<SnapshotId, long> _sizes = [];

    /// <summary>Those there are, the oldest first.</summary>
    public IReadOnlyCollection<SnapshotId> Ids => _sizes.Keys;

    /// <summary>Bytes of all of them.</summary>
    public long SizeBytes => _sizes.Values.Sum();

    /// <summary>The file of a snapshot.</summary>
    public string PathOf(SnapshotId id) => DiskPath.Join(directory, id.FileName);

    /// <summary>Finds the snapshots and clears away what a crash left of unfinished and half-deleted ones.</summary>
    public void Load()
    {
        _sizes.Clear();
        foreach (var name in disk.ListFiles(directory))
        {
            if (SnapshotId.TryParse(name, out var id))
            {
                using var file = disk.Open(DiskPath.Join(directory, name), FileOpening.ReadOnly);
                _sizes.Add(id, file.Length);
            }
            else if (name.Contains(CheckpointSuffix, StringComparison.Ordinal)
                && (name.EndsWith(UnfinishedSuffix, StringComparison.Ordinal)
                    || name.EndsWith(DeletedSuffix, StringComparison.Ordinal)))
            {
                Mark.Hit("metadata-snapshot.unfinished-removed");
                disk.DeleteFile(DiskPath.Join(directory, name));
            }
        }
    }

    /// <summary>Opens the file that a snapshot is written to until it is whole.</summary>
    public IFile CreateUnfinished(SnapshotId id) =>
        disk.Open(PathOf(id) + UnfinishedSuffix, FileOpening.Empty);

    /// <summary>Gives a snapshot, whose file is flushed, its name.</summary>
    public void Finish(SnapshotId id, long sizeBytes)
    {
        Check.That(!_sizes.ContainsKey(id), $"snapshot {id} was written twice");
        disk.Rename(PathOf(id) + UnfinishedSuffix, PathOf(id));
        disk.SyncDirectory(directory);
        _sizes.Add(id, sizeBytes);
    }

    /// <summary>Deletes a snapshot. A crash in between leaves it there, which does no harm.</summary>
    public void Delete(SnapshotId id)
    {
        disk.DeleteFile(PathOf(id));
        _sizes.Remove(id);
    }

    /// <summary>All bytes of a snapshot.</summary>
    /// <exception cref="RaftException">It cannot be read whole.</exception>
    public byte[] ReadAll(SnapshotId id)
    {
        using var file = disk.Open(PathOf(id), FileOpening.ReadOnly);
        if (file.Length > Array.MaxLength)
        {
            throw new RaftException($"{PathOf(id)} has {file.Length} bytes; a snapshot has at most {Array.MaxLength}");
        }

        var bytes = new byte[file.Length];
        var read = file.Read(0, bytes);
        return read == bytes.Length
            ? bytes
            : throw new RaftException($"{PathOf(id)} has {bytes.Length} bytes but {read} of them were read");
    }
}
