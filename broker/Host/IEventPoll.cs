namespace Deterministic.Host;

/// <summary>
/// What a shard's thread waits on when it has nothing to do. Owned by one <see cref="ShardLoop"/>; only
/// <see cref="Wake"/> may be called by other threads.
/// </summary>
internal interface IEventPoll : IDisposable
{
    /// <summary>Waits for events (-1: for ever, 0: not at all) and tells whether <see cref="Dispatch"/> has some to hand out.</summary>
    bool Poll(int timeoutMs);

    /// <summary>Hands the events to whom they belong. Inside <see cref="Kernel.Shard.Run"/>.</summary>
    void Dispatch();

    /// <summary>Closes all streams and listeners that are still open. Inside <see cref="Kernel.Shard.Run"/>.</summary>
    void CloseAll();

    /// <summary>False while operations of closed streams still have to be told that they ended.</summary>
    bool IsQuiet { get; }

    /// <summary>Ends the wait, now or the next one. Any thread.</summary>
    void Wake();
}
