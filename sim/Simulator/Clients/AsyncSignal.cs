using Deterministic.Kernel;
using Deterministic.Kernel.Time;

namespace Deterministic.Simulator.Clients;

/// <summary>Wakes the one conversation that waits for something to have happened. Owned by a shard.</summary>
internal sealed class AsyncSignal(Shard shard)
{
    private TaskCompletionSource? _waiting;
    private ScheduledTimer? _timer;
    private bool _isSet;

    /// <summary>Something happened.</summary>
    internal void Set()
    {
        _isSet = true;
        Wake();
    }

    /// <summary>Waits until something has happened since the last wait ended, or for the given time of the monotonic clock.</summary>
    internal async Task WaitAsync(long untilMs)
    {
        if (!_isSet && untilMs > shard.MonotonicMs)
        {
            _waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _timer = untilMs < long.MaxValue ? shard.Timers.Schedule(untilMs, static signal => ((AsyncSignal)signal!).Wake(), this) : null;
            await _waiting.Task;
        }

        _isSet = false;
    }

    private void Wake()
    {
        _timer?.Cancel();
        _timer = null;
        var waiting = _waiting;
        _waiting = null;
        waiting?.SetResult();
    }
}
