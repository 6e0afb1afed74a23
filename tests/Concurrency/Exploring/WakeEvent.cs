namespace Deterministic.Concurrency.Tests.Exploring;

/// <summary>
/// An event that one thread waits for and any thread sets: what an eventfd is to a shard's epoll, edge-triggered and never read, so
/// that several wakes before a wait are one. (Coyote's AutoResetEvent stays set after it released a waiter, and would hide a lost wake-up.)
/// </summary>
internal sealed class WakeEvent
{
    private readonly object _gate = new();
    private bool _isSet;

    internal int Sets { get; private set; }

    internal void Set()
    {
        lock (_gate)
        {
            Sets++;
            _isSet = true;
            Monitor.Pulse(_gate);
        }
    }

    internal void Wait()
    {
        lock (_gate)
        {
            while (!_isSet)
            {
                Monitor.Wait(_gate);
            }

            _isSet = false;
        }
    }

    /// <summary>Whether it was set since the last wait.</summary>
    internal bool TryWait()
    {
        lock (_gate)
        {
            var wasSet = _isSet;
            _isSet = false;
            return wasSet;
        }
    }
}
