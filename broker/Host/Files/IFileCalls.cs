using Deterministic.Kernel.Ports;
using Microsoft.Win32.SafeHandles;

namespace Deterministic.Host.Files;

/// <summary>
/// The calls of the operating system that <see cref="OsDisk"/> and <see cref="OsFile"/> are made of: Linux system calls, or what .NET
/// offers everywhere. Stateless and thread-safe. The path is for error messages.
/// </summary>
internal interface IFileCalls
{
    SafeFileHandle Open(string path, FileOpening opening);

    long LengthOf(SafeFileHandle file, string path);

    int Read(SafeFileHandle file, string path, long position, Span<byte> buffer);

    void Write(SafeFileHandle file, string path, long position, ReadOnlySpan<byte> bytes);

    void Write(SafeFileHandle file, string path, long position, IReadOnlyList<ReadOnlyMemory<byte>> buffers);

    void SetLength(SafeFileHandle file, string path, long length);

    /// <summary>Waits until the bytes, and the length they need to be found, are on the device.</summary>
    void SyncData(SafeFileHandle file, string path);

    void SyncDirectory(string path);

    void Rename(string from, string to);

    void DeleteFile(string path);

    /// <summary>Null when another process (or another open file) holds the lock.</summary>
    SafeFileHandle? TryLock(string path);
}
