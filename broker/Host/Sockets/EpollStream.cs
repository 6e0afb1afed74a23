using Deterministic.Host.Posix;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Host.Sockets;

/// <summary>
/// A TCP connection over the epoll of its home shard, which alone touches it, until it is disposed. Both directions try the system
/// call first and wait for an edge of the epoll only when it would block.
/// </summary>
internal sealed class EpollStream : INetworkStream, IEpollSource
{
    private readonly Shard _shard;
    private readonly Epoll _epoll;
    private readonly int _fd;
    private readonly int _slot;
    private readonly EpollReceiving _receiving;
    private readonly EpollSending _sending;
    private bool _isDisposed;
    private string? _broken;

    /// <summary>Takes over the descriptor.</summary>
    internal EpollStream(Shard shard, Epoll epoll, int fd, string remoteAddress)
    {
        _shard = shard;
        _epoll = epoll;
        _fd = fd;
        RemoteAddress = remoteAddress;
        _receiving = new EpollReceiving(this, shard, fd);
        _sending = new EpollSending(this, shard, fd);
        _slot = epoll.Register(this, fd);
    }

    public string RemoteAddress { get; }

    /// <summary>Why nothing more can be sent or received; null while something can.</summary>
    internal NetworkException? Failure => (_isDisposed, _broken) switch
    {
        (true, _) => NetworkError.Closed(RemoteAddress),
        (false, not null) => new NetworkException(_broken),
        _ => null,
    };

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        CheckHome();
        return _receiving.Begin(buffer);
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, bool more = false)
    {
        CheckHome();
        return _sending.Begin(bytes, more);
    }

    public ValueTask SendFileAsync(IFile file, long position, int count, bool more = false)
    {
        CheckHome();
        return file is Files.OsFile osFile
            ? _sending.Begin(osFile, position, count, more)
            : FileCopy.SendAsync(this, file, position, count, more);
    }

    public void OnReady(uint events)
    {
        const uint Ended = LibcSockets.Failed | LibcSockets.HungUp;
        if ((events & (LibcSockets.Readable | LibcSockets.PeerClosed | Ended)) != 0)
        {
            _receiving.OnReadable((events & (LibcSockets.PeerClosed | Ended)) != 0);
        }

        // The first continuation only runs later, so the stream is still open here; a break is told to both directions.
        if ((events & (LibcSockets.Writable | Ended)) != 0)
        {
            _sending.OnWritable();
        }
    }

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        CheckHome();
        _isDisposed = true;
        _epoll.Unregister(_slot);
        _ = Libc.Close(_fd);
        FailWaiting();
    }

    /// <summary>Both directions end; the other side sees a connection that stopped in the middle.</summary>
    internal NetworkException Break(NetworkException error)
    {
        if (_broken is null)
        {
            _broken = error.Message;
            _ = LibcSockets.Shutdown(_fd, LibcSockets.ShutBoth);
            FailWaiting();
        }

        return error;
    }

    private void FailWaiting()
    {
        _receiving.FailWaiting();
        _sending.FailWaiting();
    }

    private void CheckHome() =>
        Check.That(_shard.IsCurrent, $"the connection with {RemoteAddress} was used outside its home, shard {_shard.Id}");
}
