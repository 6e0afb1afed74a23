using Deterministic.Kernel.Ports;

namespace Deterministic.Tests.Shared;

/// <summary>An open file of <see cref="MemoryDisk"/>.</summary>
internal sealed class MemoryFile(MemoryDisk disk, string path, MemoryFileData data) : IFile
{
    private bool _isClosed;

    public string Path => path;

    public long Length => data.Length;

    public int Read(long position, Span<byte> buffer)
    {
        CheckOpen();
        if (disk.ReadFault?.Invoke(path) is { } error)
        {
            throw error;
        }

        return data.Read(position, buffer);
    }

    public void Write(long position, ReadOnlySpan<byte> bytes)
    {
        CheckOpen();
        disk.Step("write", path);
        disk.CheckSpace(Math.Max(0, position + bytes.Length - data.Length));
        data.Write(position, bytes);
    }

    public void Write(long position, IReadOnlyList<ReadOnlyMemory<byte>> buffers)
    {
        var all = new MemoryStream();
        foreach (var buffer in buffers)
        {
            all.Write(buffer.Span);
        }

        Write(position, all.ToArray());
    }

    public void SetLength(long length)
    {
        CheckOpen();
        if (length != data.Length)
        {
            disk.Step("set-length", path);
            data.SetLength(length);
        }
    }

    public void Flush()
    {
        CheckOpen();
        disk.Step("flush", path);
        data.Flush(int.MaxValue);
    }

    public void BeginFlush(FlushCompletion completion, object? state)
    {
        CheckOpen();
        disk.BeginFlush(path, data, completion, state);
    }

    public void Dispose() => _isClosed = true;

    private void CheckOpen() => ObjectDisposedException.ThrowIf(_isClosed, this);
}
