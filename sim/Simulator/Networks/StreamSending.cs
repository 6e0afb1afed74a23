using Deterministic.Kernel.Ports;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Networks;

/// <summary>
/// What a process is sending over a stream and its operating system had no room for yet: bytes, or a range of a file that is
/// read when there is room. Owned by its <see cref="StreamEnd"/>, and used on its home shard.
/// </summary>
internal sealed class StreamSending
{
    private readonly StreamEnd _end;
    private readonly SimProcess _process;
    private readonly Operation<bool> _operation = new("send");
    private ReadOnlyMemory<byte> _bytes;
    private IFile? _file;
    private long _position;
    private int _left;
    private bool _more;

    internal StreamSending(StreamEnd end, SimProcess process)
    {
        _end = end;
        _process = process;
        Resume = Advance;
    }

    internal bool IsWaiting => _operation.IsWaiting;

    /// <summary>Goes on when there is room; kept, so that a post costs nothing.</summary>
    internal Action Resume { get; }

    private SimNetwork Network => _end.Card.Network;

    internal ValueTask Begin(ReadOnlyMemory<byte> bytes, bool more)
    {
        _operation.CheckIdle();
        _bytes = bytes;
        return Begin(bytes.Length, more);
    }

    internal ValueTask Begin(IFile file, long position, int count, bool more)
    {
        _operation.CheckIdle();
        _file = file;
        _position = position;
        return Begin(count, more);
    }

    internal void FailWaiting()
    {
        if (_operation.IsWaiting)
        {
            Release();
            _operation.Fail(_end.Failure!);
        }
    }

    private ValueTask Begin(int count, bool more)
    {
        _left = count;
        _more = more;
        if (_end.Failure is { } failure)
        {
            Release();
            return ValueTask.FromException(failure);
        }

        if (Push(out failure))
        {
            Network.After(_process, Network.SendPoint);
            return failure is null ? ValueTask.CompletedTask : ValueTask.FromException(failure);
        }

        var task = new ValueTask(_operation, _operation.Begin());
        _end.Out.WaitForRoom(_left);
        return task;
    }

    private void Advance()
    {
        if (!_operation.IsWaiting)
        {
            return;
        }

        if (!Push(out var failure))
        {
            _end.Out.WaitForRoom(_left);
        }
        else if (failure is null)
        {
            Network.After(_process, Network.SendPoint);
            _operation.Complete(true);
        }
    }

    // True when all is handed over or nothing more can be: then the failure says why, and what waited has failed with it.
    private bool Push(out NetworkException? failure)
    {
        failure = null;
        while (_left > 0 && failure is null)
        {
            var count = _file is null ? _end.Out.Accept(_bytes.Span) : PushFile(_file, out failure);
            if (count == 0 && failure is null)
            {
                _end.Out.Launch();
                return false;
            }

            _bytes = _file is null ? _bytes[count..] : default;
            _left -= count;
        }

        Release();
        if (!_more && failure is null)
        {
            _end.Out.Launch();
        }

        return true;
    }

    private int PushFile(IFile file, out NetworkException? failure)
    {
        failure = null;
        var room = _end.Out.Reserve(_left);
        if (room.IsEmpty)
        {
            return 0;
        }

        string reason;
        try
        {
            var read = file.Read(_position, room);
            _end.Out.Commit(read);
            _position += read;
            if (read == room.Length)
            {
                return read;
            }

            reason = $"{file.Path} ends at {_position}, and {_left - read} more bytes of it were announced";
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            reason = e.Message;
        }

        _end.BreakOff(reason);
        failure = _end.Failure;
        return 0;
    }

    private void Release()
    {
        _bytes = default;
        _file = null;
    }
}
