using System.Net;
using System.Net.Sockets;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Host.Sockets;

/// <summary>A listening <see cref="Socket"/> of .NET. Owned by the shard that opened it.</summary>
internal sealed class SocketListener : IListener
{
    private readonly SocketNetwork _network;
    private readonly Socket _socket;
    private readonly string _address;
    private readonly Action<string>? _warn;
    private bool _hasWarned;
    private bool _isAccepting;
    private bool _isDisposed;

    /// <summary>Takes over the socket.</summary>
    internal SocketListener(SocketNetwork network, Socket socket, string address, NetworkOptions options)
    {
        _network = network;
        _socket = socket;
        _address = address;
        _warn = options.Warn;
        Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        network.OnOpened(this);
    }

    public int Port { get; }

    public async ValueTask<IPendingConnection> AcceptAsync()
    {
        Check.That(!_isAccepting, "a second accept was begun while one is under way");
        _isAccepting = true;
        _network.OperationsUnderWay++;
        try
        {
            while (!_isDisposed)
            {
                if (await TryAcceptAsync() is { } connection)
                {
                    return connection;
                }
            }

            throw NetworkError.ListenerClosed(_address);
        }
        finally
        {
            _isAccepting = false;
            _network.OperationsUnderWay--;
        }
    }

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _network.OnClosed(this);
            _socket.Dispose();
        }
    }

    private async ValueTask<SocketPendingConnection?> TryAcceptAsync()
    {
        try
        {
            var socket = await _socket.AcceptAsync();
            _hasWarned = false;
            return new SocketPendingConnection(socket, HostAddresses.TextOf((IPEndPoint)socket.RemoteEndPoint!));
        }
        catch (ObjectDisposedException)
        {
            throw NetworkError.ListenerClosed(_address);
        }
        catch (SocketException e) when (!_isDisposed)
        {
            // A connection that died while it waited is no loss; out of descriptors, asking again at once would burn the processor.
            if (e.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                await PauseAsync(e.Message);
            }

            return null;
        }
        catch (SocketException)
        {
            throw NetworkError.ListenerClosed(_address);
        }
    }

    private Task PauseAsync(string reason)
    {
        if (!_hasWarned)
        {
            _hasWarned = true;
            _warn?.Invoke(
                $"Cannot accept connections on {_address} for now: {reason}; trying again every {EpollListener.PauseMs} ms. "
                + "Raise the limit of open files or lower max.connections.");
        }

        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var shard = Shard.Current;
        shard.Timers.Schedule(
            shard.MonotonicMs + EpollListener.PauseMs, static over => ((TaskCompletionSource)over!).SetResult(), over);
        return over.Task;
    }
}
