namespace Deterministic.Kernel.Ports;

/// <summary>
/// An open file. Owned by the shard that opened it; only <see cref="INetworkStream.SendFileAsync"/> of another shard may
/// read from it. Reads and writes meet the page cache and do not wait for the device. May throw <see cref="IOException"/>.
/// </summary>
public interface IFile : IDisposable
{
    /// <summary>The absolute path it was opened by. A rename does not change it.</summary>
    string Path { get; }

    /// <summary>Bytes in the file.</summary>
    long Length { get; }

    /// <summary>Reads at a position; returns fewer bytes than asked only at the end of the file.</summary>
    int Read(long position, Span<byte> buffer);

    /// <summary>Writes all bytes at a position.</summary>
    void Write(long position, ReadOnlySpan<byte> bytes);

    /// <summary>Writes several buffers, one behind the other, in one system call where the platform has one.</summary>
    void Write(long position, IReadOnlyList<ReadOnlyMemory<byte>> buffers);

    /// <summary>Cuts the file, or extends it with zeros.</summary>
    void SetLength(long length);

    /// <summary>Waits until all that was written is on the device. For opening, closing and checkpoints; not for hot paths.</summary>
    void Flush();

    /// <summary>
    /// Makes what has been written so far durable without blocking the shard; <paramref name="completion"/> is posted to
    /// the shard that called. After an error the state of the file on the device is unknown: never flush again and believe it.
    /// </summary>
    void BeginFlush(FlushCompletion completion, object? state);
}
