using Deterministic.Host.Posix;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Host.Sockets;

/// <summary>The receiving direction of an <see cref="EpollStream"/>; as owned and as long-lived as that.</summary>
internal sealed class EpollReceiving(EpollStream stream, Shard shard, int fd)
{
    /// <summary>Receives in a row that may complete at once; then others on the shard get their turn.</summary>
    internal const int ImmediateMax = 32;

    private static readonly Action<object?> s_retry = static receiving => ((EpollReceiving)receiving!).Retry();

    private readonly ShardOperation<int> _operation = new(shard, "receive");
    private Memory<byte> _buffer;
    private int _immediate;

    // A hint, and right whenever it says no: bytes that come later raise an edge.
    private bool _mayBeReadable;
    private bool _peerEnded;

    internal ValueTask<int> Begin(Memory<byte> buffer)
    {
        Check.That(!_operation.IsUnderWay, "a second receive was begun while one is under way");
        if (stream.Failure is { } failure)
        {
            return ValueTask.FromException<int>(failure);
        }

        if (_mayBeReadable && _immediate < ImmediateMax)
        {
            if (TryReceive(buffer.Span, out var count, out var error))
            {
                _immediate++;
                return new ValueTask<int>(count);
            }

            if (error != 0)
            {
                return ValueTask.FromException<int>(Break(error));
            }
        }

        _buffer = buffer;
        var token = _operation.Begin();
        if (_mayBeReadable)
        {
            shard.Post(s_retry, this);
        }

        return new ValueTask<int>(_operation, token);
    }

    internal void OnReadable(bool peerEnded)
    {
        _mayBeReadable = true;
        _peerEnded |= peerEnded;
        if (_operation.IsWaiting && _buffer.IsEmpty)
        {
            _immediate = 0;
            _operation.Complete(0);
            return;
        }

        Retry();
    }

    internal void FailWaiting()
    {
        if (_operation.IsWaiting)
        {
            _buffer = default;
            _operation.Fail(stream.Failure!);
        }
    }

    private void Retry()
    {
        _immediate = 0;
        if (!_operation.IsWaiting || !_mayBeReadable)
        {
            return;
        }

        if (TryReceive(_buffer.Span, out var count, out var error))
        {
            _buffer = default;
            _operation.Complete(count);
        }
        else if (error != 0)
        {
            Break(error);
        }
    }

    /// <summary>False when it would wait (error 0), or when the stream broke.</summary>
    private unsafe bool TryReceive(Span<byte> buffer, out int count, out int error)
    {
        byte probe;
        error = 0;
        while (true)
        {
            fixed (byte* start = buffer)
            {
                count = buffer.IsEmpty
                    ? (int)LibcSockets.Receive(fd, &probe, 1, LibcSockets.Peek)
                    : (int)LibcSockets.Receive(fd, start, (nuint)buffer.Length, 0);
            }

            if (count >= 0)
            {
                // Less than asked means that nothing is left, so that the next receive can spare its call; not after the
                // other side ended, since that edge was the last.
                _peerEnded |= count == 0;
                _mayBeReadable = buffer.IsEmpty || count == buffer.Length || _peerEnded;
                count = buffer.IsEmpty ? 0 : count;
                return true;
            }

            switch (Libc.LastError)
            {
                case Errno.Interrupted:
                    break;
                case Errno.TryAgain:
                    _mayBeReadable = false;
                    return false;
                case var failed:
                    error = failed;
                    return false;
            }
        }
    }

    private NetworkException Break(int error) =>
        stream.Break(NetworkError.Broken(stream.RemoteAddress, "receiving", Errno.TextOf(error)));
}
