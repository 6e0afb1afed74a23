using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Networks;

/// <summary>
/// One end of a connection: what its process holds, and what its operating system knows of it. Owned by its home shard once
/// it is opened; the operating system's part ends with a close, a break or the process.
/// </summary>
internal sealed class StreamEnd : INetworkStream
{
    /// <summary>Why a stream broke when the other side, or a box between, said so.</summary>
    internal const string ResetByPeer = "connection reset by peer";

    private readonly SimProcess _process;
    private readonly Operation<int> _receive = new("receive");
    private readonly StreamSending _sending;
    private Connection? _connection;
    private Shard? _shard;
    private Memory<byte> _into;
    private bool _isDisposed;
    private string? _broken;

    internal StreamEnd(NetworkCard card, SimProcess process, string remoteAddress)
    {
        Card = card;
        _process = process;
        RemoteAddress = remoteAddress;
        _sending = new StreamSending(this, process);
        card.Opened(this);
    }

    /// <inheritdoc/>
    public string RemoteAddress { get; }

    internal NetworkCard Card { get; }

    private SimNetwork Network => Card.Network;

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
        Use(Network.ReceivePoint);
        _receive.CheckIdle();
        if (In.Readable > 0 && !_isDisposed)
        {
            var count = In.Read(buffer.Span);
            Network.After(_process, Network.ReceivePoint);
            return new ValueTask<int>(count);
        }

        if (Failure is { } failure)
        {
            return ValueTask.FromException<int>(failure);
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
        Use(Network.SendPoint);
        return _sending.Begin(bytes, more);
    }

    /// <inheritdoc/>
    public ValueTask SendFileAsync(IFile file, long position, int count, bool more = false)
    {
        Use(Network.SendPoint);
        return _sending.Begin(file, position, count, more);
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
            if (Network.Survives(_process, Network.ReceivePoint))
            {
                _receive.Complete(count);
            }
        }
    }

    /// <summary>There is room for more to send.</summary>
    internal void OnRoom()
    {
        if (_sending.IsWaiting)
        {
            _shard!.Post(_sending.Resume);
        }
    }

    /// <summary>Why nothing more can be sent or received; null while something can.</summary>
    internal NetworkException? Failure => (_isDisposed, _broken) switch
    {
        (true, _) => new NetworkException($"the connection with {RemoteAddress} was closed on this side"),
        (false, not null) => new NetworkException($"the connection with {RemoteAddress} broke: {_broken}"),
        _ => null,
    };

    /// <summary>This side cannot send what it announced; what would follow would be taken for it.</summary>
    internal void BreakOff(string reason)
    {
        _broken = reason;
        Close();
        FailWaiting();
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
        if (In.Readable > 0 && Network.World.Choices.Next(2, "network.unread-lost") == 1)
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

        var choices = Network.World.Choices;
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
        In.OnReceiverClosed();
        Card.Closed(this);
        _connection!.OnClosed();
    }

    private void FailWaiting()
    {
        if (_receive.IsWaiting)
        {
            _into = default;
            _receive.Fail(Failure!);
        }

        _sending.FailWaiting();
    }

    private void Use(CrashPoint point)
    {
        _process.CheckAlive();
        CheckHome();
        Network.Before(_process, point);
    }

    private void CheckHome() =>
        Check.That(_shard is { IsCurrent: true }, $"the connection with {RemoteAddress} was used outside its home, shard {_shard?.Id}");
}
