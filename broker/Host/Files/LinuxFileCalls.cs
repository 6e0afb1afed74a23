using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.Versioning;
using Deterministic.Host.Posix;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Microsoft.Win32.SafeHandles;

namespace Deterministic.Host.Files;

/// <summary>The system calls of Linux, all through the page cache. Stateless and thread-safe.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class LinuxFileCalls : IFileCalls
{
    /// <summary>Buffers handed to one vectored write; the kernel takes 1024.</summary>
    internal const int VectorsMax = 256;

    private const int NewFileMode = 0b110_100_100;

    [ThreadStatic]
    private static MemoryHandle[]? s_pins;

    public SafeFileHandle Open(string path, FileOpening opening)
    {
        var flags = Libc.OpenCloseOnExec | opening switch
        {
            FileOpening.ReadOnly => Libc.OpenReadOnly,
            FileOpening.OrCreate => Libc.OpenReadWrite | Libc.OpenCreate,
            FileOpening.Empty => Libc.OpenReadWrite | Libc.OpenCreate | Libc.OpenTruncate,
            _ => Libc.OpenReadWrite,
        };
        return OpenFlags(path, flags, opening is FileOpening.OrCreate or FileOpening.Empty ? "create" : "open");
    }

    public long LengthOf(SafeFileHandle file, string path)
    {
        var length = Libc.Seek(file, 0, Libc.SeekEnd);
        return length >= 0 ? length : throw DiskError.Create("read the length of", path, Libc.LastError);
    }

    public int Read(SafeFileHandle file, string path, long position, Span<byte> buffer)
    {
        var done = 0;
        fixed (byte* start = buffer)
        {
            while (done < buffer.Length)
            {
                var count = Libc.ReadAt(file, start + done, (nuint)(buffer.Length - done), position + done);
                if (count == 0)
                {
                    break;
                }

                if (count > 0)
                {
                    done += (int)count;
                }
                else if (Libc.LastError is not Errno.Interrupted and var error)
                {
                    throw DiskError.Create($"read {buffer.Length} bytes at {position} of", path, error);
                }
            }
        }

        return done;
    }

    public void Write(SafeFileHandle file, string path, long position, ReadOnlySpan<byte> bytes)
    {
        var done = 0;
        fixed (byte* start = bytes)
        {
            while (done < bytes.Length)
            {
                var count = Libc.WriteAt(file, start + done, (nuint)(bytes.Length - done), position + done);
                done += (int)Written(count, path, position + done, bytes.Length - done);
            }
        }
    }

    public void Write(SafeFileHandle file, string path, long position, IReadOnlyList<ReadOnlyMemory<byte>> buffers)
    {
        for (var first = 0; first < buffers.Count; first += VectorsMax)
        {
            position += WriteSome(file, path, position, buffers, first, Math.Min(VectorsMax, buffers.Count - first));
        }
    }

    public void SetLength(SafeFileHandle file, string path, long length)
    {
        while (Libc.Truncate(file, length) < 0)
        {
            ThrowUnlessInterrupted($"set the length {length} of", path);
        }
    }

    public void SyncData(SafeFileHandle file, string path)
    {
        while (Libc.SyncData(file) < 0)
        {
            ThrowUnlessInterrupted("flush", path);
        }
    }

    public void SyncDirectory(string path)
    {
        using var directory = OpenFlags(path, Libc.OpenReadOnly | Libc.OpenCloseOnExec, "open directory");
        while (Libc.Sync(directory) < 0)
        {
            ThrowUnlessInterrupted("flush directory", path);
        }
    }

    public void Rename(string from, string to)
    {
        if (Libc.Rename(from, to) < 0)
        {
            throw DiskError.Create("rename to " + to + " the file", from, Libc.LastError);
        }
    }

    public void DeleteFile(string path)
    {
        if (Libc.Unlink(path) < 0 && Libc.LastError is not Errno.NotFound and var error)
        {
            throw DiskError.Create("delete", path, error);
        }
    }

    // A lock of the open file, not of the process: it also keeps out a second broker in this process, and it conflicts with the
    // process locks that a JVM's FileChannel.tryLock takes.
    [SuppressMessage("Reliability", "CA2000", Justification = "The handle is the lock; the caller holds it.")]
    public SafeFileHandle? TryLock(string path)
    {
        var file = OpenFlags(path, Libc.OpenReadWrite | Libc.OpenCreate | Libc.OpenCloseOnExec, "open the lock file");
        var recordLock = new Libc.RecordLock { Type = Libc.WriteLock };
        var failed = Libc.Lock(file, Libc.SetOpenFileLock, &recordLock) < 0;
        if (failed && Libc.LastError == Errno.InvalidArgument)
        {
            failed = Libc.Lock(file, Libc.SetLock, &recordLock) < 0;
        }

        if (!failed)
        {
            return file;
        }

        var error = Libc.LastError;
        file.Dispose();
        return error is Errno.TryAgain or Errno.AccessDenied ? null : throw DiskError.Create("lock", path, error);
    }

    private static SafeFileHandle OpenFlags(string path, int flags, string operation)
    {
        int fd;
        while ((fd = Libc.Open(path, flags, NewFileMode)) < 0)
        {
            ThrowUnlessInterrupted(operation, path);
        }

        return new SafeFileHandle(fd, ownsHandle: true);
    }

    private static long WriteSome(
        SafeFileHandle file, string path, long position, IReadOnlyList<ReadOnlyMemory<byte>> buffers, int first, int count)
    {
        var pins = s_pins ??= new MemoryHandle[VectorsMax];
        var vectors = stackalloc Libc.IoVector[count];
        var pinned = 0;
        var total = 0L;
        try
        {
            for (; pinned < count; pinned++)
            {
                var buffer = buffers[first + pinned];
                pins[pinned] = buffer.Pin();
                vectors[pinned] = new() { Start = (byte*)pins[pinned].Pointer, Length = (nuint)buffer.Length };
                total += buffer.Length;
            }

            WriteVectors(file, path, position, vectors, count, total);
            return total;
        }
        finally
        {
            for (var i = 0; i < pinned; i++)
            {
                pins[i].Dispose();
                pins[i] = default;
            }
        }
    }

    private static void WriteVectors(
        SafeFileHandle file, string path, long position, Libc.IoVector* vectors, int count, long left)
    {
        while (left > 0)
        {
            var written = Written(Libc.WriteAt(file, vectors, count, position), path, position, left);
            position += written;
            left -= written;
            while (count > 0 && (nuint)written >= vectors->Length)
            {
                written -= (long)vectors->Length;
                vectors++;
                count--;
            }

            if (written > 0)
            {
                vectors->Start += written;
                vectors->Length -= (nuint)written;
            }
        }
    }

    private static long Written(nint result, string path, long position, long left)
    {
        if (result < 0)
        {
            ThrowUnlessInterrupted($"write {left} bytes at {position} to", path);
            return 0;
        }

        Check.That(result != 0, $"a write of {left} bytes to {path} wrote nothing and said no error");
        return result;
    }

    private static void ThrowUnlessInterrupted(string operation, string path)
    {
        if (Libc.LastError is not Errno.Interrupted and var error)
        {
            throw DiskError.Create(operation, path, error);
        }
    }
}
