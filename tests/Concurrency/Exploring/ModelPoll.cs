using Deterministic.Host;
using Deterministic.Kernel;

namespace Deterministic.Concurrency.Tests.Exploring;

/// <summary>
/// What epoll with an eventfd does for a shard, without the operating system: a wake is an event, and the events of one poll are lost
/// when they are not handed out before the next.
/// </summary>
internal sealed class ModelPoll : IEventPoll
{
    private readonly WakeEvent _wake = new();
    private bool _hasEvents;
    private bool _isClosed;
    private bool _isDisposed;

    public bool IsQuiet => true;

    public bool Poll(int timeoutMs)
    {
        Check.That(!_hasEvents || _isClosed, $"events were lost: polled again before they were handed out");
        ShardContext.IsControlled();
        if (timeoutMs < 0)
        {
            _wake.Wait();
            _hasEvents = true;
        }
        else
        {
            _hasEvents = _wake.TryWait();
        }

        return _hasEvents;
    }

    public void Dispatch() => _hasEvents = false;

    public void CloseAll() => _isClosed = true;

    public void Wake()
    {
        Check.That(!_isDisposed, $"woken after it was disposed");
        _wake.Set();
    }

    public void Dispose() => _isDisposed = true;
}
