using System.Collections.Concurrent;
using Deterministic.Kernel;

namespace Deterministic.Concurrency.Tests.Inboxes;

/// <summary>The protocol of <see cref="Inbox"/> with one mistake.</summary>
internal sealed class BrokenInbox(Action wake, InboxMistake mistake) : IInbox
{
    private const int Awake = 0;
    private const int Asleep = 1;

    private readonly ConcurrentQueue<ShardWork> _queue = new();
    private readonly ConcurrentStack<ShardWork> _stack = new();
    private int _state = Awake;

    public void Add(ShardWork work)
    {
        switch (mistake)
        {
            case InboxMistake.WakesBeforeItAdds:
                WakeIfAsleep();
                _queue.Enqueue(work);
                return;
            case InboxMistake.WakesWithoutClaiming:
                _queue.Enqueue(work);
                if (Volatile.Read(ref _state) == Asleep)
                {
                    Volatile.Write(ref _state, Awake);
                    wake();
                }

                return;
            case InboxMistake.LastInFirstOut:
                _stack.Push(work);
                WakeIfAsleep();
                return;
            default:
                _queue.Enqueue(work);
                WakeIfAsleep();
                return;
        }
    }

    public bool TryTake(out ShardWork work) =>
        mistake == InboxMistake.LastInFirstOut ? _stack.TryPop(out work) : _queue.TryDequeue(out work);

    public bool TrySleep()
    {
        if (mistake == InboxMistake.LooksBeforeItSaysAsleep && !IsEmpty)
        {
            return false;
        }

        Interlocked.Exchange(ref _state, Asleep);
        if (mistake is InboxMistake.NoSecondLook or InboxMistake.LooksBeforeItSaysAsleep || IsEmpty)
        {
            return true;
        }

        Interlocked.Exchange(ref _state, Awake);
        return false;
    }

    public void WakeUp() => Interlocked.Exchange(ref _state, Awake);

    private bool IsEmpty => mistake == InboxMistake.LastInFirstOut ? _stack.IsEmpty : _queue.IsEmpty;

    private void WakeIfAsleep()
    {
        if (Interlocked.CompareExchange(ref _state, Awake, Asleep) == Asleep)
        {
            wake();
        }
    }
}
