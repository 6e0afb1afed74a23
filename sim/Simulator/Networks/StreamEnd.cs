using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Networks;

/// <summary>
/// One end of a connection: what its process holds, and what its operating system knows of it. Owned by its home shard once
/// it is opened; the operating system's part ends with a close, a break or the process.
/// </summary>
internal sealed class StreamEnd : INetworkStream
{
    private static readonly Action<object?> s_resume = static end => ((StreamEnd)end!).Resume();

    private readonly SimProcess _process;
    private readonly Operation<int> _receive = new("receive");
    private readonly Operation<bool> _send = new("send");
    private Connection? _connection;
    private Shard? _shard;
    private Memory<byte> _into;
    private ReadOnlyMemory<byte> _bytes;
    private IFile? _file;
    private long _filePosition;
    private int _left;
    private bool _more;
    private bool _isDisposed;
    private string? _broken;

    internal StreamEnd(NetworkCard card, SimProcess process, string remoteAddress)
    {
        Card = card;
        _process = process;
        RemoteAddress = remoteAddress;
        card.Opened(this);
    }

    /// <inheritdoc/>
    public string RemoteAddress { get; }

    internal NetworkCard Card { get; }

    /// <summary>What comes from the other side.</summary>
    internal Pipe In { get; private set; } = null!;

    /// <summary>What goes to the other side.</summary>
    internal Pipe Out { get; private set; } = null!;

    /// <summary>The operating system has no use any more for what arrives here, and answers it with a reset.</summary>
    internal bool IsClosed { get; private set; }

    /// <summary>The operating system still sends, and sends again, what was handed to it.</summary>
    internal bool KeepsSending { get; private set; } = true;

    /// <inheritdoc/>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        Use();
        _receive.CheckIdle();
        if (_isDisposed)
        {
            return ValueTask.FromException<int>(Failure());
        }

        if (In.Readable > 0)
        {
            return new ValueTask<int>(In.Read(buffer.Span));
        }

        if (_broken is not null)
        {
            return ValueTask.FromException<int>(Failure());
        }

        if (In.HasEnded)
        {
            return new ValueTask<int>(0);
        }

        _into = buffer;
        return new ValueTask<int>(_receive, _receive.Begin());
    }

    /// <inheritdoc/>
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, bool more = false)
    {
        Use();
        _send.CheckIdle();
        _bytes = bytes;
        _left = bytes.Length;
        _more = more;
        return Send();
    }

    /// <inheritdoc/>
    public ValueTask SendFileAsync(IFile file, long position, int count, bool more = false)
    {
        Use();
        _send.CheckIdle();
        _file = file;
        _filePosition = position;
        _left = count;
        _more = more;
        return Send();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.CheckAlive();
        if (_isDisposed)
        {
            return;
        }

        CheckHome();
        _isDisposed = true;
        Close();
        FailWaiting();
    }

    internal void Connect(Connection connection, Pipe incoming, Pipe outgoing)
    {
        _connection = connection;
        In = incoming;
        Out = outgoing;
    }

    /// <summary>The server's side gets its home.</summary>
    internal void Open()
    {
        _process.CheckAlive();
        Check.That(_shard is null, $"the connection with {RemoteAddress} was opened twice");
        _shard = Shard.Current;
    }

    /// <summary>The client's side is connected.</summary>
    internal void Establish(Shard home) => _shard = home;

    /// <summary>Closed by its process before it was opened.</summary>
    internal void Refuse()
    {
        _process.CheckAlive();
        Close();
    }

    /// <summary>The client gave up before it was connected.</summary>
    internal void Abort()
    {
        _isDisposed = true;
        Reset();
    }

    /// <summary>Something has arrived: bytes, or the end.</summary>
    internal void OnArrived()
    {
        if (_receive.IsWaiting && (In.Readable > 0 || In.HasEnded))
        {
            var count = In.Read(_into.Span);
            _into = default;
            _receive.Complete(count);
        }
    }

    /// <summary>There is room for more to send.</summary>
    internal void OnRoom()
    {
        if (_send.IsWaiting)
        {
            _shard!.Post(s_resume, this);
        }
    }

    /// <summary>The operating system learned that nothing will come or go any more.</summary>
    internal void Break(string reason)
    {
        if (IsClosed)
        {
            KeepsSending = false;
            return;
        }

        _broken = reason;
        In.Lose();
        if (In.Readable > 0 && _connection!.Network.World.Choices.Next(2, "network.unread-lost") == 1)
        {
            In.Discard();
        }

        MarkClosed();
        KeepsSending = false;
        FailWaiting();
    }

    /// <summary>The operating system retransmitted in vain.</summary>
    internal void GiveUp(string reason)
    {
        Break(reason);
        Out.Lose();
    }

    /// <summary>The process ended, and the code that would use this end with it.</summary>
    internal void OnProcessEnd(ProcessEnd end)
    {
        if (IsClosed)
        {
            return;
        }

        var choices = _connection!.Network.World.Choices;
        if (end == ProcessEnd.PowerLoss)
        {
            KeepsSending = false;
            Out.LoseAllBut(choices.Next(Out.SegmentsUnderWay + 1, "network.left-before-power-loss"));
            In.Discard();
            MarkClosed();
        }
        else if (end == ProcessEnd.Kill && choices.Next(2, "network.kill-resets") == 1)
        {
            Reset();
        }
        else
        {
            Close();
        }
    }

    // With unread bytes the other side must not believe that all was well, so it gets a reset instead of an end.
    private void Close()
    {
        if (IsClosed)
        {
            In.Discard();
        }
        else if (In.Readable > 0)
        {
            Reset();
        }
        else
        {
            Out.End();
            In.Discard();
            MarkClosed();
        }
    }

    private void Reset()
    {
        if (!IsClosed)
        {
            Out.SendReset(false);
            KeepsSending = false;
            In.Discard();
            MarkClosed();
        }
    }

    private void MarkClosed()
    {
        IsClosed = true;
        Card.Closed(this);
        _connection!.OnClosed();
    }

    private ValueTask Send()
    {
        if (_isDisposed || _broken is not null)
        {
            _file = null;
            return ValueTask.FromException(Failure());
        }

        if (Push(out var failure))
        {
            return failure is null ? ValueTask.CompletedTask : ValueTask.FromException(failure);
        }

        var task = new ValueTask(_send, _send.Begin());
        Out.WaitForRoom(_left);
        return task;
    }

    private void Resume()
    {
        if (!_send.IsWaiting || !_process.IsAlive)
        {
            return;
        }

        if (!Push(out var failure))
        {
            Out.WaitForRoom(_left);
        }
        else if (failure is null)
        {
            _send.Complete(true);
        }
        else if (_send.IsWaiting)
        {
            _send.Fail(failure);
        }
    }

    // True when all is handed over, or nothing more can be (the failure says why).
    private bool Push(out NetworkException? failure)
    {
        failure = null;
        while (_left > 0 && failure is null)
        {
            var count = _file is null ? Out.Accept(_bytes.Span) : PushFile(_file, out failure);
            if (count == 0 && failure is null)
            {
                Out.Launch();
                return false;
            }

            _bytes = _file is null ? _bytes[count..] : default;
            _left -= count;
        }

        _file = null;
        _bytes = default;
        if (!_more && failure is null)
        {
            Out.Launch();
        }

        return true;
    }

    private int PushFile(IFile file, out NetworkException? failure)
    {
        failure = null;
        var room = Out.Reserve(_left);
        if (room.IsEmpty)
        {
            return 0;
        }

        try
        {
            var read = file.Read(_filePosition, room);
            Out.Commit(read);
            _filePosition += read;
            if (read == room.Length)
            {
                return read;
            }

            failure = new NetworkException(
                $"the connection with {RemoteAddress} was closed: {file.Path} ends at {_filePosition}, and {_left - read} more bytes of it were announced");
        }
        catch (IOException e)
        {
            failure = new NetworkException($"the connection with {RemoteAddress} broke while sending: {e.Message}", e);
        }

        // What follows would be taken for the bytes that are missing.
        _broken = failure.Message;
        Close();
        FailWaiting();
        return 0;
    }

    private void FailWaiting()
    {
        if (_receive.IsWaiting)
        {
            _into = default;
            _receive.Fail(Failure());
        }

        if (_send.IsWaiting)
        {
            _bytes = default;
            _file = null;
            _send.Fail(Failure());
        }
    }

    private NetworkException Failure() => new(_isDisposed
        ? $"the connection with {RemoteAddress} was closed on this side"
        : $"the connection with {RemoteAddress} broke: {_broken}");

    private void Use()
    {
        _process.CheckAlive();
        CheckHome();
    }

    private void CheckHome() =>
        Check.That(_shard is { IsCurrent: true }, $"the connection with {RemoteAddress} was used outside its home, shard {_shard?.Id}");
}
