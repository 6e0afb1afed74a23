namespace Deterministic.Concurrency.Tests.Loops;

/// <summary>What a <see cref="BrokenLoop"/> does wrong.</summary>
public enum LoopMistake
{
    /// <summary>Blocks because there was no work a moment ago, and tells nobody.</summary>
    BlocksWithoutSayingSo,

    /// <summary>The stop wakes the loop before there is anything to see.</summary>
    StopWakesTooEarly,

    /// <summary>Ends without what was posted before the stop.</summary>
    StopsBeforeItDrained,

    /// <summary>The events that ended a wait are not handed out.</summary>
    ForgetsEvents,
}
