using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Networks;

/// <summary>
/// One direction between two nodes. Says when what is sent now arrives, lets it happen then, and holds back what would
/// arrive while the link is cut or clogged. Owned by its <see cref="SimNetwork"/>, made when first used.
/// </summary>
internal sealed class Link
{
    private const long Million = 1_000_000;

    private readonly SimNetwork _network;
    private readonly Happenings _happenings;
    private readonly Queue<(Action<object?> Action, object? State)> _held = new();
    private readonly List<(NetworkFault Fault, LinkFault What)> _faults = [];
    private readonly long _latencyUs;
    private long _busyUntilUs;
    private long _lastArrivalUs;
    private long _blockedSinceUs;
    private LinkFault _now;

    internal Link(SimNetwork network, NetworkCard from, NetworkCard to)
    {
        _network = network;
        From = from;
        To = to;
        var settings = network.Settings;
        _latencyUs = Choices.Between(settings.LatencyMinUs, settings.LatencyMaxUs, "network.latency");
        _happenings = network.World.AddHappenings($"{from.Name}->{to.Name}");
    }

    internal NetworkCard From { get; }

    internal NetworkCard To { get; }

    /// <summary>What is sent gets lost, and is sent again later.</summary>
    internal bool IsCut => _now.IsCut;

    /// <summary>Nothing arrives: the link is cut or clogged.</summary>
    internal bool IsBlocked => _now.IsCut || _now.IsClogged;

    private Choices Choices => _network.World.Choices;

    private long NowUs => _network.World.NowUs;

    /// <summary>When so many bytes that leave now arrive, in microseconds of world time.</summary>
    internal long ArrivalUs(int bytes)
    {
        var settings = _network.Settings;
        var rate = Math.Max(1, settings.BytesPerSecond / Math.Max(1, _now.RateDivisor));
        _busyUntilUs = Math.Max(NowUs, _busyUntilUs) + (bytes * Million + rate - 1) / rate;
        var arrivalUs = _busyUntilUs
            + _latencyUs * Math.Max(1, _now.LatencyFactor)
            + Choices.Skewed(settings.JitterMaxUs, "network.jitter")
            + RetransmissionUs(settings.RetransmitUs);
        if (_now.LatencyFactor > 1 || _now.RateDivisor > 1)
        {
            OnHit(static what => what.LatencyFactor > 1 || what.RateDivisor > 1);
        }

        return arrivalUs;
    }

    /// <summary>Bytes that leave now will arrive then: before what left earlier over other connections, or behind it.</summary>
    internal void OnSent(long arrivalUs)
    {
        if (arrivalUs < _lastArrivalUs)
        {
            _network.World.FaultCounts.Add(FaultKind.NetworkReorder);
        }

        _lastArrivalUs = Math.Max(_lastArrivalUs, arrivalUs);
    }

    /// <summary>Lets something happen at the far end.</summary>
    internal void At(long atUs, Action<object?> action, object? state) => _happenings.At(atUs, action, state);

    /// <summary>Called by what arrives: true when it cannot now, and will be called again when the link is open.</summary>
    internal bool Holds(Action<object?> action, object? state)
    {
        if (!IsBlocked)
        {
            return false;
        }

        _held.Enqueue((action, state));
        OnBlocked();
        return true;
    }

    /// <summary>Something does not arrive now because the link is cut or clogged.</summary>
    internal void OnBlocked() => OnHit(static what => what.IsCut || what.IsClogged);

    /// <summary>Whether what arrives now is lost with its connection.</summary>
    internal bool Loses()
    {
        var loses = _now.LosePerMille > 0 && Choices.Chance(_now.LosePerMille, "network.lose");
        if (loses)
        {
            OnHit(static what => what.LosePerMille > 0);
        }

        return loses;
    }

    /// <summary>What a sender does that waited for an answer: it sends again after a while, and the longer it waited the longer that may be.</summary>
    internal long RetransmitDelayUs(long waitedUs) =>
        Choices.Skewed(Math.Min(waitedUs, _network.Settings.RetransmitMaxUs), "network.retransmit");

    /// <summary>Flips a bit of what arrives when a fault says so.</summary>
    internal void MaybeCorrupt(Span<byte> bytes)
    {
        if (_now.CorruptPerMille == 0 || bytes.IsEmpty || !Choices.Chance(_now.CorruptPerMille, "network.corrupt"))
        {
            return;
        }

        var target = _now.CorruptsAnywhere ? bytes : ProtectedBytes.Find(bytes);
        if (!target.IsEmpty)
        {
            OnHit(static what => what.CorruptPerMille > 0);
            var bit = Choices.Next(target.Length * 8, "network.corrupt-bit");
            target[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    /// <summary>A fault begins to act on the link.</summary>
    internal void Add(NetworkFault fault, LinkFault what)
    {
        _faults.Add((fault, what));
        Recompute();
    }

    /// <summary>A fault does not act on the link any more.</summary>
    internal void Remove(NetworkFault fault)
    {
        if (_faults.RemoveAll(one => one.Fault == fault) > 0)
        {
            Recompute();
        }
    }

    private void Recompute()
    {
        var before = _now;
        var wasBlocked = IsBlocked;
        _now = default;
        foreach (var (_, what) in _faults)
        {
            _now = _now.Over(what);
        }

        if (IsBlocked && !wasBlocked)
        {
            _blockedSinceUs = NowUs;
        }
        else if (wasBlocked && !IsBlocked)
        {
            Open(before.IsCut);
        }
    }

    private void Open(bool wasCut)
    {
        var waitedUs = NowUs - _blockedSinceUs;
        while (_held.TryDequeue(out var held))
        {
            At(NowUs + (wasCut ? RetransmitDelayUs(waitedUs) : 0), held.Action, held.State);
        }
    }

    // A lost segment comes with one of its retransmissions, and what was sent behind it waits for it.
    private long RetransmissionUs(long delayUs)
    {
        var us = 0L;
        while (_now.DropPerMille > 0 && us < _network.Settings.RetransmitMaxUs && Choices.Chance(_now.DropPerMille, "network.drop"))
        {
            OnHit(static what => what.DropPerMille > 0);
            us += delayUs;
            delayUs *= 2;
        }

        return us;
    }

    private void OnHit(Predicate<LinkFault> isIt)
    {
        foreach (var (fault, what) in _faults)
        {
            if (isIt(what))
            {
                fault.OnHit();
            }
        }
    }
}
