namespace Deterministic.Simulator.Disks;

/// <summary>
/// What an omniscient observer sees of a disk, with or without a process on it. No call takes time, spends a choice, meets a
/// fault or changes anything. Lives as long as its owner likes.
/// </summary>
internal sealed class DiskWitness(SimDisk disk)
{
    /// <summary>Bytes of the file as the page cache has it; -1 when there is none of that name.</summary>
    internal long LengthOf(string path) => disk.Volume.Find(path) is FileNode file ? file.Length : -1;

    /// <summary>Reads what the page cache has, also where a process would meet an error; fewer bytes than asked at the end, 0 when there is no such file.</summary>
    internal int Read(string path, long position, Span<byte> buffer) =>
        disk.Volume.Find(path) is FileNode file ? file.Peek(position, buffer) : 0;

    /// <summary>The whole file as the page cache has it; empty when there is none.</summary>
    internal byte[] ReadAll(string path)
    {
        var bytes = new byte[Math.Max(0, LengthOf(path))];
        Read(path, 0, bytes);
        return bytes;
    }

    /// <summary>
    /// Whether a loss of power at this moment, whatever it chose to keep, would leave the file under its name with exactly
    /// these bytes as they are now.
    /// </summary>
    internal bool IsDurable(string path, long position, long length)
    {
        if (disk.Volume.Find(path) is not FileNode file || !file.IsDurable(position, length))
        {
            return false;
        }

        for (DiskNode node = file; node.Parent is { } parent; node = parent)
        {
            if (!parent.IsSynced(node.Name))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Names of the files in a directory, in ordinal order; empty when there is none.</summary>
    internal IReadOnlyList<string> FilesIn(string directory) =>
        disk.Volume.Find(directory) is DirectoryNode found ? found.Names<FileNode>() : [];

    /// <summary>Names of the directories in a directory, in ordinal order; empty when there is none.</summary>
    internal IReadOnlyList<string> DirectoriesIn(string directory) =>
        disk.Volume.Find(directory) is DirectoryNode found ? found.Names<DirectoryNode>() : [];
}
