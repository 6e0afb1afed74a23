namespace Deterministic.Concurrency.Tests.Flushes;

/// <summary>What a <see cref="BrokenFlusherPool"/> does wrong.</summary>
public enum PoolMistake
{
    /// <summary>A thread decides to wait by what it saw before it took the lock.</summary>
    LooksBeforeItLocks,

    /// <summary>A thread that was woken believes that there is work.</summary>
    WaitsOnce,

    /// <summary>The threads end though work is left.</summary>
    EndsWithWorkLeft,
}
