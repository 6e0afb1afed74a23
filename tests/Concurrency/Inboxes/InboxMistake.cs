namespace Deterministic.Concurrency.Tests.Inboxes;

/// <summary>What a <see cref="BrokenInbox"/> does wrong.</summary>
public enum InboxMistake
{
    /// <summary>The shard sleeps without looking at the queue after it said so.</summary>
    NoSecondLook,

    /// <summary>The shard looks at the queue first and says that it sleeps afterwards.</summary>
    LooksBeforeItSaysAsleep,

    /// <summary>The sender wakes first and adds afterwards.</summary>
    WakesBeforeItAdds,

    /// <summary>Two senders may see one sleep, and wake it twice.</summary>
    WakesWithoutClaiming,

    /// <summary>A stack instead of a queue.</summary>
    LastInFirstOut,
}
