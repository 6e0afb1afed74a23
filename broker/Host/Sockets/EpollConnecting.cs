using System.Net;
using Deterministic.Host.Posix;
using Deterministic.Kernel;

namespace Deterministic.Host.Sockets;

/// <summary>A socket on its way to another node. Owned by the shard that connects; lives until the outcome is known.</summary>
internal sealed class EpollConnecting : IEpollSource
{
    private const int TimedOut = 110;
    private const int Cancelled = 125;

    private readonly Epoll _epoll;
    private readonly int _fd;
    private readonly ShardOperation<int> _outcome = new(Shard.Current, "connect");
    private int _slot;

    /// <summary>The descriptor stays the caller's.</summary>
    internal EpollConnecting(Epoll epoll, int fd)
    {
        _epoll = epoll;
        _fd = fd;
    }

    /// <summary>0 when connected, else the error number.</summary>
    internal async ValueTask<int> ConnectAsync(IPEndPoint end, int timeoutMs)
    {
        var begun = EpollSocket.Connect(_fd, end);
        if (begun != -Errno.InProgress)
        {
            return -begun;
        }

        var shard = Shard.Current;
        var token = _outcome.Begin();
        _slot = _epoll.Register(this, _fd);
        var timer = shard.Timers.Schedule(
            shard.MonotonicMs + timeoutMs, static state => ((EpollConnecting)state!).Finish(TimedOut), this);
        var error = await new ValueTask<int>(_outcome, token);
        timer.Cancel();
        _epoll.Remove(_slot, _fd);
        return error;
    }

    public void OnReady(uint events) => Finish(EpollSocket.ErrorOf(_fd));

    public void Dispose() => Finish(Cancelled);

    private void Finish(int error)
    {
        if (_outcome.IsWaiting)
        {
            _outcome.Complete(error);
        }
    }
}
