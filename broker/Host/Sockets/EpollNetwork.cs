using System.Net;
using Deterministic.Host.Posix;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Host.Sockets;

/// <summary>
/// Linux sockets over the epoll of one shard: every operation is tried first and waits only when the kernel says it would
/// block. Owned by its shard and as long-lived.
/// </summary>
public sealed class EpollNetwork : INetwork
{
    private readonly Epoll _epoll;
    private readonly NetworkOptions _options;

    internal EpollNetwork(Epoll epoll, NetworkOptions options)
    {
        _epoll = epoll;
        _options = options;
    }

    /// <inheritdoc/>
    public IListener Listen(string host, int port)
    {
        var end = new IPEndPoint(HostAddresses.ToListenOn(host), port);
        var fd = EpollSocket.Listen(end, _options);
        return fd >= 0
            ? new EpollListener(_epoll, fd, NetworkError.AddressOf(host, port), _options)
            : throw NetworkError.CannotListen(host, port, -fd);
    }

    /// <inheritdoc/>
    public async ValueTask<INetworkStream> ConnectAsync(string host, int port)
    {
        var last = 0;
        foreach (var address in await HostAddresses.ToConnectToAsync(host))
        {
            var fd = EpollSocket.Open(address);
            if (fd < 0)
            {
                last = -fd;
                continue;
            }

            EpollSocket.SetBuffers(fd, _options);
            var connecting = new EpollConnecting(_epoll, fd);
            last = await connecting.ConnectAsync(new IPEndPoint(address, port), _options.ConnectTimeoutMs);
            if (last == 0)
            {
                return Adopt(fd, HostAddresses.TextOf(new IPEndPoint(address, port)));
            }

            _ = Libc.Close(fd);
        }

        throw NetworkError.CannotConnect(NetworkError.AddressOf(host, port), Errno.TextOf(last));
    }

    /// <summary>A stream over an open socket, at home on this shard from now on.</summary>
    internal EpollStream Adopt(int fd, string remoteAddress)
    {
        EpollSocket.Tune(fd);
        return new EpollStream(Shard.Current, _epoll, fd, remoteAddress);
    }
}
