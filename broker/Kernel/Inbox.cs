#pragma warning disable RS0030 // The one door between threads: everything else in the broker is single-threaded because this is not.
using System.Collections.Concurrent;

namespace Deterministic.Kernel;

/// <summary>
/// The only way into a shard from another thread: first in, first out for each sender. Lives as long as its shard.
/// <para>The wake-up: a sender that finds the shard asleep wakes it exactly once; a shard that is about to sleep
/// says so first and then looks once more, so that no post is ever left lying.</para>
/// </summary>
internal sealed class Inbox(Action wake)
{
    private const int Awake = 0;
    private const int Asleep = 1;

    private readonly ConcurrentQueue<ShardWork> _queue = new();
    private int _state = Awake;

    /// <summary>Any thread.</summary>
    internal void Add(ShardWork work)
    {
        _queue.Enqueue(work);
        if (Interlocked.CompareExchange(ref _state, Awake, Asleep) == Asleep)
        {
            wake();
        }
    }

    /// <summary>The shard's thread.</summary>
    internal bool TryTake(out ShardWork work) => _queue.TryDequeue(out work);

    internal bool IsEmpty => _queue.IsEmpty;

    /// <summary>The shard's thread, before it blocks: true when it may block, since every later post will wake it.</summary>
    internal bool TrySleep()
    {
        Interlocked.Exchange(ref _state, Asleep);
        if (_queue.IsEmpty)
        {
            return true;
        }

        Interlocked.Exchange(ref _state, Awake);
        return false;
    }

    /// <summary>The shard's thread, after it blocked for any reason.</summary>
    internal void WakeUp() => Interlocked.Exchange(ref _state, Awake);
}
