using Deterministic.Kernel;

namespace Deterministic.Host;

/// <summary>
/// The loop of one shard's thread: run, look for events, and when there is neither work nor event, spin for a moment
/// and then block until an event, a post or a deadline. An idle shard costs nothing. Lives as long as its thread.
/// <para>Spinning pays when the next event is microseconds away and is waste otherwise, so it must earn its keep: a spin
/// that met work, or a wait so short that a spin would have met it, gives credit; a spin in vain takes one away.</para>
/// </summary>
internal sealed class ShardLoop
{
    /// <summary>Posts executed before events are looked for again.</summary>
    internal const int WorkMaxPerRun = 512;

    /// <summary>How long a spin lasts at most.</summary>
    internal const int SpinMicrosecondsMax = 40;

    /// <summary>Spins in vain, one after the other, until spinning stops.</summary>
    internal const int SpinCreditMax = 8;

    /// <summary>
    /// How long there is no spinning after a spin was interrupted: somebody else wants the core, and a thread that sleeps is woken
    /// before one that burned its share gets another turn.
    /// </summary>
    internal const int SpinPauseMs = 200;

    /// <summary>Runs granted to conversations that end because their streams were closed at shutdown.</summary>
    internal const int ClosingRunsMax = 1024;

    /// <summary>One wait for the ends of operations that the operating system's threads still hold.</summary>
    internal const int ClosingWaitMs = 1;

    private readonly Shard _shard;
    private readonly IEventPoll _poll;
    private readonly Action<object?> _dispatch;
    private readonly bool _maySpin;
    private readonly long _spinTicks;
    private readonly long _spinPauseTicks;
    private bool _isDispatchPosted;
    private int _spinCredit;
    private long _noSpinUntil;
    private volatile bool _isStopping;

    internal ShardLoop(Shard shard, IEventPoll poll, bool maySpin)
    {
        _shard = shard;
        _poll = poll;
        _maySpin = maySpin;
        _spinTicks = shard.Clock.TimestampFrequency * SpinMicrosecondsMax / 1_000_000;
        _spinPauseTicks = shard.Clock.TimestampFrequency * SpinPauseMs / 1000;
        _dispatch = Dispatch;
    }

    /// <summary>Ends <see cref="Run"/> soon. Any thread.</summary>
    internal void Stop()
    {
        _isStopping = true;
        _poll.Wake();
    }

    /// <summary>Returns after <see cref="Stop"/>; throws what the shard's work threw.</summary>
    internal void Run()
    {
        while (!_isStopping)
        {
            _shard.Run(WorkMaxPerRun);
            if (_shard.HasWork)
            {
                Look();
            }
            else if (!Look() && !Spin())
            {
                Block();
            }
        }

        Close();
    }

    private bool Look()
    {
        // The events of the last look must be handed out before their buffer is used again.
        if (_isDispatchPosted || !_poll.Poll(0))
        {
            return false;
        }

        PostDispatch();
        return true;
    }

    private bool Spin()
    {
        if (_spinCredit == 0)
        {
            return false;
        }

        var start = _shard.Clock.GetTimestamp();
        var now = start;
        var end = now + _spinTicks;
        var found = false;
        while (!found && now < end)
        {
            found = _shard.HasWork || Look();
            now = _shard.Clock.GetTimestamp();
        }

        _shard.AddIdle(now - start);
        _spinCredit = found ? SpinCreditMax : _spinCredit - 1;
        if (now - end > _spinTicks)
        {
            _spinCredit = 0;
            _noSpinUntil = now + _spinPauseTicks;
        }

        return found;
    }

    private void Block()
    {
        if (!_shard.TrySleep())
        {
            return;
        }

        var start = _shard.Clock.GetTimestamp();
        var timeoutMs = TimeoutMs();
        var ready = _poll.Poll(_isStopping ? 0 : timeoutMs);
        _shard.WakeUp();
        if (ready)
        {
            PostDispatch();
        }

        var end = _shard.Clock.GetTimestamp();
        _shard.AddIdle(end - start);
        if (_maySpin && timeoutMs != 0 && end - start < _spinTicks && end > _noSpinUntil)
        {
            _spinCredit = SpinCreditMax;
        }
    }

    private int TimeoutMs()
    {
        var deadlineMs = _shard.NextDeadline;
        return deadlineMs == long.MaxValue ? -1 : (int)Math.Clamp(deadlineMs - _shard.MonotonicMs, 0, int.MaxValue);
    }

    private void PostDispatch()
    {
        _isDispatchPosted = true;
        _shard.Post(_dispatch, null);
    }

    private void Dispatch(object? state)
    {
        _isDispatchPosted = false;
        _poll.Dispatch();
    }

    private void Close()
    {
        _shard.Post(_poll.CloseAll);
        for (var i = 0; i < ClosingRunsMax && (_shard.HasWork || !_poll.IsQuiet); i++)
        {
            if (_shard.Run(WorkMaxPerRun) == 0)
            {
                _poll.Poll(ClosingWaitMs);
            }
        }
    }
}
