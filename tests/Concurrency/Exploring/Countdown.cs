namespace Deterministic.Concurrency.Tests.Exploring;

/// <summary>Lets the test wait until everything it expects has happened, and not longer.</summary>
internal sealed class Countdown(int count)
{
    private readonly object _gate = new();
    private int _left = count;

    internal void Signal()
    {
        lock (_gate)
        {
            if (--_left == 0)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    internal void Wait()
    {
        lock (_gate)
        {
            while (_left > 0)
            {
                Monitor.Wait(_gate);
            }
        }
    }
}
