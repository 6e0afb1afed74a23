using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Tests.Shared;

/// <summary>Real files, flushed as .NET flushes them: for tests that meet the file system without Host.</summary>
public sealed class FolderDisk : IDisk
{
    /// <inheritdoc/>
    public IFile Open(string path, FileOpening opening) => new FolderFile(path, opening);

    /// <inheritdoc/>
    public bool FileExists(string path) => File.Exists(path);

    /// <inheritdoc/>
    public bool DirectoryExists(string path) => Directory.Exists(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string directory) => Sorted(Directory.GetFiles(directory));

    /// <inheritdoc/>
    public IReadOnlyList<string> ListDirectories(string directory) => Sorted(Directory.GetDirectories(directory));

    /// <inheritdoc/>
    public void CreateDirectory(string path) => Directory.CreateDirectory(path);

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        if (Directory.Exists(from))
        {
            Directory.Move(from, to);
        }
        else
        {
            File.Move(from, to, overwrite: true);
        }
    }

    /// <inheritdoc/>
    public void DeleteFile(string path) => File.Delete(path);

    /// <inheritdoc/>
    public void DeleteDirectory(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    /// <inheritdoc/>
    public void SyncDirectory(string path)
    {
    }

    /// <inheritdoc/>
    public (long TotalBytes, long UsableBytes) SpaceOf(string path)
    {
        var drive = new DriveInfo(path);
        return (drive.TotalSize, drive.AvailableFreeSpace);
    }

    /// <inheritdoc/>
    public IDisposable? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static List<string> Sorted(string[] paths)
    {
        var names = paths.Select(p => System.IO.Path.GetFileName(p)).ToList();
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private sealed class FolderFile : IFile
    {
        private readonly FileStream _stream;

        internal FolderFile(string path, FileOpening opening)
        {
            Path = path;
            var mode = opening switch
            {
                FileOpening.OrCreate => FileMode.OpenOrCreate,
                FileOpening.Empty => FileMode.Create,
                _ => FileMode.Open,
            };
            var access = opening == FileOpening.ReadOnly ? FileAccess.Read : FileAccess.ReadWrite;
            _stream = new FileStream(path, mode, access, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }

        public string Path { get; }

        public long Length => RandomAccess.GetLength(_stream.SafeFileHandle);

        public int Read(long position, Span<byte> buffer)
        {
            var total = 0;
            while (total < buffer.Length)
            {
                var read = RandomAccess.Read(_stream.SafeFileHandle, buffer[total..], position + total);
                if (read == 0)
                {
                    break;
                }

                total += read;
            }

            return total;
        }

        public void Write(long position, ReadOnlySpan<byte> bytes) => RandomAccess.Write(_stream.SafeFileHandle, bytes, position);

        public void Write(long position, IReadOnlyList<ReadOnlyMemory<byte>> buffers) =>
            RandomAccess.Write(_stream.SafeFileHandle, buffers, position);

        public void SetLength(long length) => _stream.SetLength(length);

        public void Flush() => RandomAccess.FlushToDisk(_stream.SafeFileHandle);

        public void BeginFlush(FlushCompletion completion, object? state)
        {
            Flush();
            Shard.Current.Post(() => completion(state, null));
        }

        public void Dispose() => _stream.Dispose();
    }
}
