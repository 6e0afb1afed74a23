using Deterministic.Kernel.Ports;

namespace Deterministic.Host.Files;

/// <summary>
/// The files of this machine. One for all shards of a node, and as long-lived; its members keep no state, except the
/// flusher threads behind <see cref="IFile.BeginFlush"/>. Disposed after the shards stopped.
/// </summary>
public sealed class OsDisk : IDisk, IDisposable
{
    private readonly IFileCalls _calls;
    private readonly FlusherPool _flushers;

    /// <summary>The disk of this machine with at most <paramref name="flusherThreads"/> flushes under way at a time.</summary>
    public OsDisk(int flusherThreads = FlusherPool.ThreadsDefault)
        : this(OperatingSystem.IsLinux() ? new LinuxFileCalls() : new PortableFileCalls(), flusherThreads)
    {
    }

    internal OsDisk(IFileCalls calls, int flusherThreads = FlusherPool.ThreadsDefault)
    {
        _calls = calls;
        _flushers = new FlusherPool(flusherThreads);
    }

    /// <inheritdoc/>
    public IFile Open(string path, FileOpening opening) => new OsFile(_calls, _flushers, path, opening);

    /// <inheritdoc/>
    public bool FileExists(string path) => File.Exists(path);

    /// <inheritdoc/>
    public bool DirectoryExists(string path) => Directory.Exists(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string directory) => Names(Directory.GetFiles(directory));

    /// <inheritdoc/>
    public IReadOnlyList<string> ListDirectories(string directory) => Names(Directory.GetDirectories(directory));

    /// <inheritdoc/>
    public void CreateDirectory(string path) => Directory.CreateDirectory(path);

    /// <inheritdoc/>
    public void Rename(string from, string to) => _calls.Rename(from, to);

    /// <inheritdoc/>
    public void DeleteFile(string path) => _calls.DeleteFile(path);

    /// <inheritdoc/>
    public void DeleteDirectory(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    /// <inheritdoc/>
    public void SyncDirectory(string path) => _calls.SyncDirectory(path);

    /// <inheritdoc/>
    public (long TotalBytes, long UsableBytes) SpaceOf(string path)
    {
        var volume = new DriveInfo(path);
        return (volume.TotalSize, volume.AvailableFreeSpace);
    }

    /// <inheritdoc/>
    public IDisposable? TryLock(string path) => _calls.TryLock(path);

    /// <summary>Finishes the flushes that were begun and ends the flusher threads.</summary>
    public void Dispose() => _flushers.Dispose();

    private static string[] Names(string[] paths)
    {
        for (var i = 0; i < paths.Length; i++)
        {
            paths[i] = Path.GetFileName(paths[i]);
        }

        Array.Sort(paths, StringComparer.Ordinal);
        return paths;
    }
}
