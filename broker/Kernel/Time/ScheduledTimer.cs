namespace Deterministic.Kernel.Time;

/// <summary>A callback that waits for its deadline. Owned by the shard of its queue; fires at most once.</summary>
public sealed class ScheduledTimer
{
    private Action<object?>? _callback;
    private object? _state;

    internal ScheduledTimer(Action<object?> callback, object? state, long deadlineMs)
    {
        _callback = callback;
        _state = state;
        DeadlineMs = deadlineMs;
    }

    /// <summary>When it is due, in <see cref="Shard.MonotonicMs"/>.</summary>
    public long DeadlineMs { get; }

    /// <summary>True once it fired or was cancelled.</summary>
    public bool IsCancelled => _callback is null;

    /// <summary>It will not fire. Fine when it already did. Lets go of the state at once.</summary>
    public void Cancel()
    {
        _callback = null;
        _state = null;
    }

    internal bool Fire()
    {
        if (_callback is not { } callback)
        {
            return false;
        }

        var state = _state;
        Cancel();
        callback(state);
        return true;
    }
}
