namespace Deterministic.Kernel.Ports;

/// <summary>
/// Files and directories of one node. Paths are absolute with <c>/</c>. Every method may throw
/// <see cref="IOException"/> (or its kin <see cref="UnauthorizedAccessException"/>).
/// <para>Durability as POSIX gives it: bytes are durable after <see cref="IFile.Flush"/>; a created, renamed or deleted
/// name is durable after <see cref="SyncDirectory"/> of its directory.</para>
/// </summary>
public interface IDisk
{
    /// <summary>Opens a file for reading and writing.</summary>
    IFile Open(string path, FileOpening opening);

    /// <summary>Whether a file has that name.</summary>
    bool FileExists(string path);

    /// <summary>Whether a directory has that name.</summary>
    bool DirectoryExists(string path);

    /// <summary>Names (not paths) of the files in a directory, in ordinal order.</summary>
    IReadOnlyList<string> ListFiles(string directory);

    /// <summary>Names (not paths) of the directories in a directory, in ordinal order.</summary>
    IReadOnlyList<string> ListDirectories(string directory);

    /// <summary>Makes a directory and those above it; fine when it is there already.</summary>
    void CreateDirectory(string path);

    /// <summary>Renames a file or directory; a file that has the new name is replaced in one step.</summary>
    void Rename(string from, string to);

    /// <summary>Deletes a file; fine when it is gone already.</summary>
    void DeleteFile(string path);

    /// <summary>Deletes a directory with all that is in it; fine when it is gone already.</summary>
    void DeleteDirectory(string path);

    /// <summary>Makes the names in a directory durable.</summary>
    void SyncDirectory(string path);

    /// <summary>Bytes in all and bytes free on the volume that holds <paramref name="path"/>.</summary>
    (long TotalBytes, long UsableBytes) SpaceOf(string path);

    /// <summary>Takes the exclusive lock of a file (made when absent) for this process; null when another process holds it.</summary>
    IDisposable? TryLock(string path);
}
