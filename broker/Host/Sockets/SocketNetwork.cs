using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Host.Sockets;

/// <summary>
/// The sockets of .NET: they complete on the thread pool and resume on the shard by its Post. For every platform.
/// Owned by its shard and as long-lived.
/// </summary>
public sealed class SocketNetwork : INetwork
{
    private readonly NetworkOptions _options;
    private readonly HashSet<IDisposable> _open = [];

    internal SocketNetwork(NetworkOptions options) => _options = options;

    /// <inheritdoc/>
    [SuppressMessage("Reliability", "CA2000", Justification = "The listener owns the socket.")]
    public IListener Listen(string host, int port)
    {
        var address = HostAddresses.ToListenOn(host);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            SetBuffers(socket);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(_options.ListenBacklog);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw NetworkError.CannotListen(host, port, e.SocketErrorCode, e.Message);
        }

        return new SocketListener(this, socket, NetworkError.AddressOf(host, port), _options);
    }

    /// <inheritdoc/>
    public async ValueTask<INetworkStream> ConnectAsync(string host, int port)
    {
        SocketException? last = null;
        foreach (var address in await HostAddresses.ToConnectToAsync(host))
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            SetBuffers(socket);
            using var patience = new CancellationTokenSource(_options.ConnectTimeoutMs);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), patience.Token);
                return Adopt(socket, HostAddresses.TextOf(new IPEndPoint(address, port)));
            }
            catch (SocketException e)
            {
                socket.Dispose();
                last = e;
            }
            catch (OperationCanceledException)
            {
                socket.Dispose();
                last = new SocketException((int)SocketError.TimedOut);
            }
        }

        throw NetworkError.CannotConnect(NetworkError.AddressOf(host, port), last!.Message);
    }

    /// <summary>Operations whose end comes as a post.</summary>
    internal int OperationsUnderWay { get; set; }

    internal SocketStream Adopt(Socket socket, string remoteAddress)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        return new SocketStream(this, Shard.Current, socket, remoteAddress);
    }

    internal void OnOpened(IDisposable streamOrListener) => _open.Add(streamOrListener);

    internal void OnClosed(IDisposable streamOrListener) => _open.Remove(streamOrListener);

    internal void CloseAll()
    {
        foreach (var streamOrListener in _open.ToArray())
        {
            streamOrListener.Dispose();
        }
    }

    private void SetBuffers(Socket socket)
    {
        if (_options.SendBufferBytes != NetworkOptions.BytesOfSystem)
        {
            socket.SendBufferSize = _options.SendBufferBytes;
        }

        if (_options.ReceiveBufferBytes != NetworkOptions.BytesOfSystem)
        {
            socket.ReceiveBufferSize = _options.ReceiveBufferBytes;
        }
    }
}
