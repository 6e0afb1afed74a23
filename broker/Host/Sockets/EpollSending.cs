using Deterministic.Host.Files;
using Deterministic.Host.Posix;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Microsoft.Win32.SafeHandles;

namespace Deterministic.Host.Sockets;

/// <summary>The sending direction of an <see cref="EpollStream"/>; as owned and as long-lived as that.</summary>
internal sealed class EpollSending(EpollStream stream, Shard shard, int fd)
{
    /// <summary>Bytes that one send may move before others on the shard get their turn.</summary>
    internal const int BytesMaxPerTurn = 4 * 1024 * 1024;

    /// <summary>Bytes of a file handed to one system call.</summary>
    internal const int FileBytesMaxPerCall = 1024 * 1024;

    private static readonly Action<object?> s_resume = static sending => ((EpollSending)sending!).Resume();

    private readonly ShardOperation<int> _operation = new(shard, "send");
    private ReadOnlyMemory<byte> _bytes;
    private SafeFileHandle? _file;
    private string _path = "";
    private long _position;
    private int _left;
    private bool _more;
    private bool _isCorked;
    private bool _isYielding;

    private enum Outcome
    {
        Done,
        WouldBlock,
        Yield,
        Failed,
    }

    internal ValueTask Begin(ReadOnlyMemory<byte> bytes, bool more)
    {
        if (Refusal() is { } failure)
        {
            return ValueTask.FromException(failure);
        }

        _bytes = bytes;
        _left = bytes.Length;
        _more = more;
        return Start();
    }

    internal ValueTask Begin(OsFile file, long position, int count, bool more)
    {
        if (Refusal() is { } failure)
        {
            return ValueTask.FromException(failure);
        }

        try
        {
            // Whatever the owner of the file does meanwhile, its descriptor stays open until the range is sent.
            var referenced = false;
            file.Handle.DangerousAddRef(ref referenced);
        }
        catch (ObjectDisposedException)
        {
            return ValueTask.FromException(stream.Break(
                NetworkError.Broken(stream.RemoteAddress, "sending", $"{file.Path} was closed")));
        }

        _file = file.Handle;
        _path = file.Path;
        _position = position;
        _left = count;
        _more = more;
        if (more && !_isCorked)
        {
            SetCork(true);
        }

        return Start();
    }

    internal void OnWritable()
    {
        if (_operation.IsWaiting && !_isYielding)
        {
            Advance();
        }
    }

    internal void FailWaiting()
    {
        if (_operation.IsWaiting)
        {
            Release();
            _operation.Fail(stream.Failure!);
        }
    }

    private NetworkException? Refusal()
    {
        Check.That(!_operation.IsUnderWay, "a second send was begun while one is under way");
        return stream.Failure;
    }

    private ValueTask Start()
    {
        var outcome = Send(out var failure);
        switch (outcome)
        {
            case Outcome.Done:
                return default;
            case Outcome.Failed:
                return ValueTask.FromException(stream.Break(failure!));
            default:
                var token = _operation.Begin();
                YieldIf(outcome);
                return new ValueTask(_operation, token);
        }
    }

    private void Resume()
    {
        _isYielding = false;
        if (_operation.IsWaiting)
        {
            Advance();
        }
    }

    private void Advance()
    {
        var outcome = Send(out var failure);
        switch (outcome)
        {
            case Outcome.Done:
                _operation.Complete(0);
                break;
            case Outcome.Failed:
                // Break fails the operations that wait, this one among them.
                stream.Break(failure!);
                break;
            default:
                YieldIf(outcome);
                break;
        }
    }

    private void YieldIf(Outcome outcome)
    {
        if (outcome == Outcome.Yield)
        {
            _isYielding = true;
            shard.Post(s_resume, this);
        }
    }

    private Outcome Send(out NetworkException? failure)
    {
        failure = null;
        var sentThisTurn = 0;
        while (_left > 0)
        {
            if (sentThisTurn >= BytesMaxPerTurn)
            {
                return Outcome.Yield;
            }

            var count = _file is null ? SendBytes() : SendFile();
            if (count > 0)
            {
                _left -= count;
                sentThisTurn += count;
                continue;
            }

            var error = count == 0 ? 0 : Libc.LastError;
            if (error == Errno.TryAgain)
            {
                return Outcome.WouldBlock;
            }

            if (error != Errno.Interrupted)
            {
                failure = error == 0
                    ? NetworkError.FileTooShort(stream.RemoteAddress, _path, _position, _left)
                    : NetworkError.Broken(stream.RemoteAddress, "sending", Errno.TextOf(error));
                Release();
                return Outcome.Failed;
            }
        }

        Release();
        if (_isCorked && !_more)
        {
            SetCork(false);
        }

        return Outcome.Done;
    }

    private unsafe int SendBytes()
    {
        var left = _bytes.Span[^_left..];
        fixed (byte* start = left)
        {
            return (int)LibcSockets.Send(
                fd, start, (nuint)left.Length, _more ? LibcSockets.NoSignal | LibcSockets.More : LibcSockets.NoSignal);
        }
    }

    private unsafe int SendFile()
    {
        var position = _position;
        var count = (int)LibcSockets.SendFile(fd, _file!, &position, (nuint)Math.Min(_left, FileBytesMaxPerCall));
        _position = position;
        return count;
    }

    private void Release()
    {
        _bytes = default;
        if (_file is { } file)
        {
            _file = null;
            file.DangerousRelease();
        }
    }

    // For a file there is no flag that says more follows, as there is for bytes.
    private void SetCork(bool isCorked)
    {
        _isCorked = isCorked;
        _ = LibcSockets.SetOption(fd, LibcSockets.TcpLevel, LibcSockets.TcpCork, isCorked ? 1 : 0);
    }
}
