namespace Deterministic.Concurrency.Tests.Flushes;

/// <summary>What a <see cref="BrokenFlushQueue"/> does wrong.</summary>
public enum QueueMistake
{
    /// <summary>Who asks while a flush is under way is told its end, though it may have begun before the write.</summary>
    TakesRequestsAfterTheFlush,

    /// <summary>Who asks while a flush is under way is forgotten.</summary>
    ForgetsThoseWhoCameMeanwhile,

    /// <summary>A request may be used again before it was answered.</summary>
    RecyclesTooEarly,

    /// <summary>Two flushes of one file at a time.</summary>
    FlushesTwiceAtATime,
}
