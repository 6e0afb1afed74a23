using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Host.Sockets;

/// <summary>A TCP connection over a <see cref="Socket"/> of .NET. Owned by its home shard until it is disposed.</summary>
internal sealed class SocketStream : INetworkStream
{
    private readonly SocketNetwork _network;
    private readonly Shard _shard;
    private readonly Socket _socket;
    private bool _isReceiving;
    private bool _isSending;
    private bool _isDisposed;

    /// <summary>Takes over the socket.</summary>
    internal SocketStream(SocketNetwork network, Shard shard, Socket socket, string remoteAddress)
    {
        _network = network;
        _shard = shard;
        _socket = socket;
        RemoteAddress = remoteAddress;
        network.OnOpened(this);
    }

    public string RemoteAddress { get; }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        CheckHome();
        Check.That(!_isReceiving, "a second receive was begun while one is under way");
        ThrowIfDisposed();
        _isReceiving = true;
        _network.OperationsUnderWay++;
        try
        {
            return await _socket.ReceiveAsync(buffer, SocketFlags.None);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw Translate(e, "receiving");
        }
        finally
        {
            _isReceiving = false;
            _network.OperationsUnderWay--;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, bool more = false)
    {
        CheckHome();
        Check.That(!_isSending, "a second send was begun while one is under way");
        ThrowIfDisposed();
        _isSending = true;
        _network.OperationsUnderWay++;
        try
        {
            while (!bytes.IsEmpty)
            {
                var sent = await _socket.SendAsync(bytes, SocketFlags.None);
                bytes = bytes[sent..];
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw Translate(e, "sending");
        }
        finally
        {
            _isSending = false;
            _network.OperationsUnderWay--;
        }
    }

    public ValueTask SendFileAsync(IFile file, long position, int count, bool more = false) =>
        FileCopy.SendAsync(this, file, position, count, more);

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        CheckHome();
        _isDisposed = true;
        _network.OnClosed(this);
        _socket.Dispose();
    }

    private void ThrowIfDisposed()
    {
        if (_isDisposed)
        {
            throw NetworkError.Closed(RemoteAddress);
        }
    }

    private NetworkException Translate(Exception e, string doing) =>
        _isDisposed ? NetworkError.Closed(RemoteAddress) : NetworkError.Broken(RemoteAddress, doing, e.Message);

    private void CheckHome() =>
        Check.That(_shard.IsCurrent, $"the connection with {RemoteAddress} was used outside its home, shard {_shard.Id}");
}
