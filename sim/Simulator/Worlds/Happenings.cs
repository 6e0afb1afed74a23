namespace Deterministic.Simulator.Worlds;

/// <summary>
/// An actor that lets things happen at their times, one a step; equal times in the order of scheduling. A link, a disk or
/// the fault plan has one each, so that happenings of different ones may overtake each other and those of one never do. The
/// world looks at it only while something is scheduled, so that idle ones cost nothing.
/// </summary>
public sealed class Happenings(World world, string name) : Actor(world, name)
{
    private readonly PriorityQueue<(Action<object?> Action, object? State), (long AtUs, long Sequence)> _queue = new();
    private long _sequence;

    /// <inheritdoc/>
    public override long ReadyAtUs => _queue.TryPeek(out _, out var first) ? first.AtUs : Never;

    /// <summary>How many are waiting.</summary>
    public int Count => _queue.Count;

    /// <summary>Schedules at a world time, in microseconds; a time that has passed means next.</summary>
    public void At(long atUs, Action<object?> action, object? state)
    {
        if (_queue.Count == 0)
        {
            World.Add(this);
        }

        _queue.Enqueue((action, state), (atUs, _sequence++));
    }

    /// <summary>Schedules at a world time, in microseconds.</summary>
    public void At(long atUs, Action action) => At(atUs, static state => ((Action)state!)(), action);

    /// <summary>Schedules after a delay, in microseconds.</summary>
    public void After(long delayUs, Action action) => At(World.NowUs + delayUs, action);

    /// <summary>Schedules after a delay, in microseconds.</summary>
    public void After(long delayUs, Action<object?> action, object? state) => At(World.NowUs + delayUs, action, state);

    internal override void Run()
    {
        var (action, state) = _queue.Dequeue();
        if (_queue.Count == 0)
        {
            World.Remove(this);
        }

        action(state);
    }
}
