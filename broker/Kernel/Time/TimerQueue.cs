namespace Deterministic.Kernel.Time;

/// <summary>
/// What a shard does later, ordered by deadline and then by the order of scheduling, so that ties are the same in every
/// run. Owned by one shard. Scheduling and cancelling are O(log n); an idle queue costs nothing.
/// </summary>
public sealed class TimerQueue
{
    private readonly PriorityQueue<ScheduledTimer, (long DeadlineMs, long Sequence)> _queue = new();
    private long _sequence;

    /// <summary>The earliest deadline, or <see cref="long.MaxValue"/>.</summary>
    public long NextDeadlineMs
    {
        get
        {
            DropCancelled();
            return _queue.TryPeek(out _, out var first) ? first.DeadlineMs : long.MaxValue;
        }
    }

    /// <summary>Timers that wait and were not cancelled. Looks at all of them.</summary>
    internal int PendingCount
    {
        get
        {
            var pending = 0;
            foreach (var (timer, _) in _queue.UnorderedItems)
            {
                pending += timer.IsCancelled ? 0 : 1;
            }

            return pending;
        }
    }

    /// <summary>Calls <paramref name="callback"/> at <paramref name="deadlineMs"/> (of <see cref="Shard.MonotonicMs"/>) or as soon after as the shard runs.</summary>
    public ScheduledTimer Schedule(long deadlineMs, Action<object?> callback, object? state)
    {
        var timer = new ScheduledTimer(callback, state, deadlineMs);
        _queue.Enqueue(timer, (deadlineMs, _sequence++));
        return timer;
    }

    /// <summary>Executes what is due; what these callbacks schedule waits for the next call, even if due at once.</summary>
    internal int RunDue(long nowMs)
    {
        var done = 0;
        var scheduledBefore = _sequence;
        while (_queue.TryPeek(out var timer, out var key) && key.DeadlineMs <= nowMs && key.Sequence < scheduledBefore)
        {
            _queue.Dequeue();
            if (timer.Fire())
            {
                done++;
            }
        }

        return done;
    }

    private void DropCancelled()
    {
        while (_queue.TryPeek(out var timer, out _) && timer.IsCancelled)
        {
            _queue.Dequeue();
        }
    }
}
