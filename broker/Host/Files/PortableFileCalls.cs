using System.Diagnostics.CodeAnalysis;
using Deterministic.Kernel.Ports;
using Microsoft.Win32.SafeHandles;

namespace Deterministic.Host.Files;

/// <summary>What .NET offers on every platform. Stateless and thread-safe.</summary>
internal sealed class PortableFileCalls : IFileCalls
{
    public SafeFileHandle Open(string path, FileOpening opening) => File.OpenHandle(
        path,
        opening switch
        {
            FileOpening.OrCreate => FileMode.OpenOrCreate,
            FileOpening.Empty => FileMode.Create,
            _ => FileMode.Open,
        },
        opening == FileOpening.ReadOnly ? FileAccess.Read : FileAccess.ReadWrite,
        FileShare.ReadWrite | FileShare.Delete);

    public long LengthOf(SafeFileHandle file, string path) => RandomAccess.GetLength(file);

    public int Read(SafeFileHandle file, string path, long position, Span<byte> buffer)
    {
        var done = 0;
        while (done < buffer.Length)
        {
            var count = RandomAccess.Read(file, buffer[done..], position + done);
            if (count == 0)
            {
                break;
            }

            done += count;
        }

        return done;
    }

    public void Write(SafeFileHandle file, string path, long position, ReadOnlySpan<byte> bytes) =>
        RandomAccess.Write(file, bytes, position);

    public void Write(SafeFileHandle file, string path, long position, IReadOnlyList<ReadOnlyMemory<byte>> buffers) =>
        RandomAccess.Write(file, buffers, position);

    public void SetLength(SafeFileHandle file, string path, long length) => RandomAccess.SetLength(file, length);

    public void SyncData(SafeFileHandle file, string path) => RandomAccess.FlushToDisk(file);

    // Neither NTFS nor APFS offers it through .NET; both journal their names.
    public void SyncDirectory(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new DirectoryNotFoundException($"Cannot flush directory {path}: there is none");
        }
    }

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

    public void DeleteFile(string path)
    {
        if (File.Exists(path))
        {
            File.Delete(path);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Null is the answer that the lock is taken.")]
    public SafeFileHandle? TryLock(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return null;
        }
    }
}
