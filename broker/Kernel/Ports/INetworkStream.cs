namespace Deterministic.Kernel.Ports;

/// <summary>
/// A byte stream to a client or another node, owned by its home shard. At most one receive and one send are under way.
/// Every method throws <see cref="NetworkException"/> when the stream broke.
/// </summary>
public interface INetworkStream : IDisposable
{
    /// <summary>Address and port of the other side.</summary>
    string RemoteAddress { get; }

    /// <summary>
    /// Waits for bytes and returns how many were read; 0 when the other side closed. With an empty buffer it returns 0 as
    /// soon as a read would not wait, so that an idle connection holds no buffer.
    /// </summary>
    ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    /// <summary>Sends all bytes. <paramref name="more"/> tells that another send follows at once, so that both may share a packet.</summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> bytes, bool more = false);

    /// <summary>Sends a range of a file; its bytes do not pass through user space where the platform can avoid it.</summary>
    ValueTask SendFileAsync(IFile file, long position, int count, bool more = false);
}
