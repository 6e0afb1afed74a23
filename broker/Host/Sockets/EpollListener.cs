using Deterministic.Host.Posix;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Host.Sockets;

/// <summary>
/// A listening socket over the epoll of the shard that opened it. Each accept takes the next waiting connection at once
/// while there is one, so that a burst costs one event.
/// </summary>
internal sealed class EpollListener : IListener, IEpollSource
{
    /// <summary>Accepts in a row that may complete at once; then others on the shard get their turn.</summary>
    internal const int ImmediateMax = 64;

    /// <summary>Errors of connections that died while they waited, skipped in one go.</summary>
    internal const int DeadMax = 64;

    /// <summary>The rest after the system ran out of descriptors or memory.</summary>
    internal const int PauseMs = 100;

    private static readonly Action<object?> s_retry = static listener => ((EpollListener)listener!).Retry();

    private readonly Shard _shard = Shard.Current;
    private readonly ShardOperation<IPendingConnection> _operation = new(Shard.Current, "accept");
    private readonly Epoll _epoll;
    private readonly int _fd;
    private readonly int _slot;
    private readonly string _address;
    private readonly Action<string>? _warn;
    private bool _isPaused;
    private bool _hasWarned;
    private bool _isDisposed;
    private int _immediate;

    /// <summary>Takes over the descriptor.</summary>
    internal EpollListener(Epoll epoll, int fd, string address, NetworkOptions options)
    {
        _epoll = epoll;
        _fd = fd;
        _address = address;
        _warn = options.Warn;
        Port = EpollSocket.PortOf(fd);
        _slot = epoll.Register(this, fd);
    }

    public int Port { get; }

    public ValueTask<IPendingConnection> AcceptAsync()
    {
        Check.That(_shard.IsCurrent, $"the listener on {_address} was used outside its home, shard {_shard.Id}");
        Check.That(!_operation.IsUnderWay, "a second accept was begun while one is under way");
        if (_isDisposed)
        {
            return ValueTask.FromException<IPendingConnection>(NetworkError.ListenerClosed(_address));
        }

        if (_immediate < ImmediateMax && TryAccept() is { } connection)
        {
            _immediate++;
            return new ValueTask<IPendingConnection>(connection);
        }

        var token = _operation.Begin();
        if (_immediate >= ImmediateMax)
        {
            _shard.Post(s_retry, this);
        }

        return new ValueTask<IPendingConnection>(_operation, token);
    }

    public void OnReady(uint events) => Retry();

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        Check.That(_shard.IsCurrent, $"the listener on {_address} was closed outside its home, shard {_shard.Id}");
        _isDisposed = true;
        _epoll.Unregister(_slot);
        _ = Libc.Close(_fd);
        if (_operation.IsWaiting)
        {
            _operation.Fail(NetworkError.ListenerClosed(_address));
        }
    }

    private void Retry()
    {
        _immediate = 0;
        if (!_isDisposed && _operation.IsWaiting && TryAccept() is { } connection)
        {
            _operation.Complete(connection);
        }
    }

    private EpollPendingConnection? TryAccept()
    {
        for (var dead = 0; dead < DeadMax && !_isPaused; dead++)
        {
            var fd = EpollSocket.Accept(_fd, out var remote);
            if (fd >= 0)
            {
                _hasWarned = false;
                return new EpollPendingConnection(fd, HostAddresses.TextOf(remote!));
            }

            if (fd == -Errno.TryAgain)
            {
                return null;
            }

            if (-fd is Errno.TooManyFiles or Errno.TooManyFilesInSystem or Errno.NoBuffers or Errno.OutOfMemory)
            {
                Pause(-fd);
            }
        }

        // So many died one after the other that the edge is used up: look again at the next turn.
        if (!_isPaused)
        {
            _shard.Post(s_retry, this);
        }

        return null;
    }

    // The connections that wait stay waiting; asking for them at once again would only burn the processor.
    private void Pause(int error)
    {
        _isPaused = true;
        Warn(error);
        _shard.Timers.Schedule(_shard.MonotonicMs + PauseMs, static listener => ((EpollListener)listener!).Resume(), this);
    }

    // Once until a connection is accepted again, not ten times a second.
    private void Warn(int error)
    {
        if (_hasWarned)
        {
            return;
        }

        _hasWarned = true;
        _warn?.Invoke(
            $"Cannot accept connections on {_address} for now: {Errno.TextOf(error)}; trying again every {PauseMs} ms. "
            + "Raise the limit of open files (ulimit -n) or lower max.connections.");
    }

    private void Resume()
    {
        _isPaused = false;
        Retry();
    }
}
