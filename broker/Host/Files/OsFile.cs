using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Microsoft.Win32.SafeHandles;

namespace Deterministic.Host.Files;

/// <summary>
/// An open file of <see cref="OsDisk"/>. Owned by the shard that opened it. Its descriptor outlives <see cref="Dispose"/> as long as
/// a flush or a send of it is under way, so that its number is never taken by another file meanwhile.
/// </summary>
internal sealed class OsFile : IFile
{
    private readonly IFileCalls _calls;
    private readonly FlushQueue _flushes;

    internal OsFile(IFileCalls calls, FlusherPool flushers, string path, FileOpening opening)
    {
        _calls = calls;
        Path = path;
        Handle = calls.Open(path, opening);
        _flushes = new FlushQueue(flushers, Handle, Sync);
    }

    public string Path { get; }

    public long Length => _calls.LengthOf(Handle, Path);

    /// <summary>For sending without a copy; whoever works with it longer than one call takes a reference.</summary>
    internal SafeFileHandle Handle { get; }

    public int Read(long position, Span<byte> buffer) => _calls.Read(Handle, Path, position, buffer);

    public void Write(long position, ReadOnlySpan<byte> bytes) => _calls.Write(Handle, Path, position, bytes);

    public void Write(long position, IReadOnlyList<ReadOnlyMemory<byte>> buffers) =>
        _calls.Write(Handle, Path, position, buffers);

    public void SetLength(long length) => _calls.SetLength(Handle, Path, length);

    public void Flush() => Sync();

    public void BeginFlush(FlushCompletion completion, object? state) =>
        _flushes.Add(Shard.Current, completion, state);

    public void Dispose() => Handle.Dispose();

    private void Sync() => _calls.SyncData(Handle, Path);
}
