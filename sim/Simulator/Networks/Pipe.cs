using Deterministic.Simulator.Faults;

namespace Deterministic.Simulator.Networks;

/// <summary>
/// One direction of a connection: bytes in the order of sending, cut into segments that arrive at their times. Never
/// reordered, never repeated; after a break, what arrived is a prefix of what was sent. Owned by its <see cref="Connection"/>.
/// </summary>
internal sealed class Pipe
{
    private const long Never = long.MaxValue;

    private static readonly Action<object?> s_deliver = static pipe => ((Pipe)pipe!).Deliver();
    private static readonly Action<object?> s_room = static pipe => ((Pipe)pipe!).OnRoom();
    private static readonly Action<object?> s_acknowledge = static pipe => ((Pipe)pipe!).OnAcknowledged();
    private static readonly Action<object?> s_reset = static pipe => ((Pipe)pipe!).OnReset(false);
    private static readonly Action<object?> s_resetAgain = static pipe => ((Pipe)pipe!).OnReset(true);

    private readonly Connection _connection;
    private readonly SimNetwork _network;
    private readonly Link _link;
    private readonly Link _back;
    private readonly StreamEnd _from;
    private readonly StreamEnd _to;
    private readonly ByteRing _ring;
    private readonly RetransmissionTimer _timer;
    private readonly Queue<Segment> _flight = new();
    private readonly int _windowBytes;
    private long _launched;
    private long _arrived;
    private long _knownRead;
    private long _lastArrivalUs;
    private long _resetAt = Never;
    private int _roomWanted;
    private bool _isRoomUnderWay;
    private bool _isScheduled;
    private bool _isHeld;
    private bool _isAcknowledgementHeld;
    private bool _isDiscarding;

    internal Pipe(Connection connection, Link link, Link back, StreamEnd from, StreamEnd to)
    {
        _connection = connection;
        _network = connection.Network;
        _link = link;
        _back = back;
        _from = from;
        _to = to;
        _ring = new ByteRing(_network.Bytes);
        _timer = new RetransmissionTimer(_network, link, from);
        _windowBytes = _network.Settings.WindowBytes;
    }

    /// <summary>Bytes that arrived and were not read.</summary>
    internal int Readable => (int)Math.Max(0, _arrived - _ring.Start);

    /// <summary>The other side sent its last byte and all have arrived.</summary>
    internal bool HasEnded { get; private set; }

    /// <summary>Bytes that the sender may hand over now.</summary>
    internal int Room
    {
        get
        {
            if (!_back.IsBlocked)
            {
                _knownRead = _ring.Start;
            }

            return (int)Math.Max(0, _windowBytes - (_ring.End - _knownRead));
        }
    }

    private long NowUs => _network.World.NowUs;

    /// <summary>Takes as many bytes as there is room for; what is accepted stays until <see cref="Launch"/>.</summary>
    internal int Accept(ReadOnlySpan<byte> bytes)
    {
        var count = Math.Min(bytes.Length, Room);
        if (_isDiscarding)
        {
            _ring.Skip(count);
        }
        else
        {
            _ring.Write(bytes[..count]);
        }

        return count;
    }

    /// <summary>Room to write into, at most so many bytes; <see cref="Commit"/> says how many were written. Empty when there is none.</summary>
    internal Span<byte> Reserve(int bytes)
    {
        var count = Math.Min(bytes, Room);
        return count == 0 ? [] : _ring.Reserve(count);
    }

    internal void Commit(int bytes)
    {
        _ring.Commit(bytes);
        if (_isDiscarding)
        {
            _ring.Release();
        }
    }

    /// <summary>The sender waits until so many bytes fit, or half a window.</summary>
    internal void WaitForRoom(int bytes)
    {
        _roomWanted = Math.Min(bytes, Math.Max(1, _windowBytes / 2));
        MaybeTellRoom();
    }

    /// <summary>What was accepted goes on its way.</summary>
    internal void Launch()
    {
        var count = (int)(_ring.End - _launched);
        if (count == 0)
        {
            return;
        }

        var choices = _network.World.Choices;
        if (count > 1 && choices.Chance(_network.Settings.SplitPerMille, "network.split"))
        {
            _network.World.FaultCounts.Add(FaultKind.ShortRead);
            var first = 1 + choices.Next(count - 1, "network.split-at");
            Enqueue(first, false);
            count -= first;
        }

        Enqueue(count, false);
    }

    /// <summary>Nothing follows what was accepted.</summary>
    internal void End()
    {
        Launch();
        Enqueue(0, true);
    }

    /// <summary>The other side learns that the connection is reset; what arrives before it still counts.</summary>
    /// <param name="isAnswer">It answers bytes that will be sent again, and so will it.</param>
    internal void SendReset(bool isAnswer) => _link.At(_link.ArrivalUs(0), isAnswer ? s_resetAgain : s_reset, this);

    /// <summary>Takes bytes that have arrived.</summary>
    internal int Read(Span<byte> into)
    {
        var count = Math.Min(into.Length, Readable);
        _ring.Read(into[..count]);
        MaybeTellRoom();
        return count;
    }

    /// <summary>Nobody reads any more: what has arrived is lost, and so is what arrives.</summary>
    internal void Discard()
    {
        _isDiscarding = true;
        _ring.Release();
    }

    /// <summary>The receiving end is closed; a sender that waits for room learns it.</summary>
    internal void OnReceiverClosed() => MaybeTellRoom();

    /// <summary>What has not arrived never does.</summary>
    internal void Lose()
    {
        _flight.Clear();
        _launched = _ring.End;
        _timer.OnAcknowledged();
    }

    /// <summary>The sender's machine is off: only the first so many segments had left it.</summary>
    internal void LoseAllBut(int segments)
    {
        for (var i = _flight.Count; i > 0; i--)
        {
            var segment = _flight.Dequeue();
            if (segments-- > 0)
            {
                _flight.Enqueue(segment);
            }
        }
    }

    /// <summary>Segments under way.</summary>
    internal int SegmentsUnderWay => _flight.Count;

    /// <summary>The connection is reset when so many more bytes have arrived here.</summary>
    internal void ResetAfter(long bytes) => _resetAt = _arrived + bytes;

    /// <summary>Some of what is under way arrives now, the rest is lost.</summary>
    internal void Tear()
    {
        var end = _arrived;
        foreach (var segment in _flight)
        {
            end = segment.EndPosition;
        }

        var part = _network.World.Choices.Next((int)(end - _arrived) + 1, "network.torn-at");
        if (part > 0 && !_to.IsClosed)
        {
            Arrive(_arrived + part, NowUs);
            _to.OnArrived();
        }

        Lose();
    }

    private void Enqueue(int bytes, bool isEnd)
    {
        _launched += bytes;
        _lastArrivalUs = Math.Max(_lastArrivalUs, _link.ArrivalUs(bytes));
        _link.OnSent(_lastArrivalUs);
        _flight.Enqueue(new Segment(_launched, NowUs, _lastArrivalUs, isEnd));
        Schedule();
    }

    private void Schedule()
    {
        if (!_isScheduled && _flight.TryPeek(out var next))
        {
            _isScheduled = true;
            _link.At(next.ArriveAtUs, s_deliver, this);
        }
    }

    private void Deliver()
    {
        if (!_from.KeepsSending && (_isHeld || _link.IsCut))
        {
            Lose();
        }

        _isHeld = _flight.Count > 0 && (_link.Holds(s_deliver, this) || _to.Card.Holds(s_deliver, this));
        if (_isHeld)
        {
            _timer.OnUnacknowledged();
            return;
        }

        _isScheduled = false;
        var until = _arrived;
        var sentAtUs = NowUs;
        var isEnd = false;
        while (_flight.TryPeek(out var segment) && segment.ArriveAtUs <= NowUs)
        {
            _flight.Dequeue();
            sentAtUs = Math.Min(sentAtUs, segment.SentAtUs);
            until = segment.EndPosition;
            isEnd |= segment.IsEnd;
        }

        Schedule();
        if (_to.IsClosed)
        {
            Bounce(until, isEnd);
            return;
        }

        if (until > _arrived && _link.Loses())
        {
            _connection.Break();
            return;
        }

        var isTorn = until > _resetAt;
        Arrive(isTorn ? _resetAt : until, sentAtUs);
        HasEnded |= isEnd && !isTorn;
        Acknowledge();
        _to.OnArrived();
        if (isTorn)
        {
            _connection.Break();
        }
    }

    private void Bounce(long until, bool isEnd)
    {
        if (until > _arrived || isEnd)
        {
            _to.Out.SendReset(true);
        }
    }

    private void Arrive(long until, long sentAtUs)
    {
        var count = until - _arrived;
        if (count == 0)
        {
            return;
        }

        // Bytes that lie in two pieces are harmed in the first only.
        _link.MaybeCorrupt(_ring.Piece(_arrived, until));
        var hash = _network.World.Hash;
        hash.Add(((ulong)_connection.Number << 32) ^ (ulong)_arrived);
        for (var position = _arrived; position < until;)
        {
            var piece = _ring.Piece(position, until);
            hash.Add(piece);
            position += piece.Length;
        }

        _network.World.Log?.AddMessage(NowUs, _network.World.Events, _from.Card.Name, sentAtUs, _to.Card.Name, $"#{_connection.Number}: {count} bytes");
        _arrived = until;
    }

    // The sender learns that bytes arrived unless the way back is blocked; that is an event of its own only then.
    private void Acknowledge()
    {
        if (!_back.IsBlocked)
        {
            _timer.OnAcknowledged();
        }
        else if (!_isAcknowledgementHeld)
        {
            _isAcknowledgementHeld = _back.Holds(s_acknowledge, this);
            _timer.OnUnacknowledged();
        }
    }

    private void OnAcknowledged()
    {
        _isAcknowledgementHeld = false;
        if (!_isHeld)
        {
            Acknowledge();
        }
    }

    private void OnRoom()
    {
        if (_back.Holds(s_room, this))
        {
            _timer.OnUnacknowledged();
            return;
        }

        _isRoomUnderWay = false;
        if (_to.IsClosed && !_to.KeepsSending)
        {
            AnswerProbe();
            return;
        }

        _roomWanted = 0;
        _knownRead = _ring.Start;
        _from.OnRoom();
    }

    // A sender without room asks now and then; nobody is there to be asked any more.
    private void AnswerProbe()
    {
        if (_to.Card.Holds(s_room, this))
        {
            _isRoomUnderWay = true;
            _timer.OnUnacknowledged();
        }
        else
        {
            _from.Break(StreamEnd.ResetByPeer);
        }
    }

    private void MaybeTellRoom()
    {
        if (_roomWanted > 0 && !_isRoomUnderWay && (_to.IsClosed || _windowBytes - (_ring.End - _ring.Start) >= _roomWanted))
        {
            _isRoomUnderWay = true;
            _back.At(_back.ArrivalUs(0), s_room, this);
        }
    }

    private void OnReset(bool isAnswer)
    {
        if (_link.IsCut && !isAnswer)
        {
            _link.OnBlocked();
            return;
        }

        if (!_link.Holds(isAnswer ? s_resetAgain : s_reset, this))
        {
            _to.Break(StreamEnd.ResetByPeer);
        }
    }
}
