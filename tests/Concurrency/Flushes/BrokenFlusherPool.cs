using Deterministic.Host.Files;

namespace Deterministic.Concurrency.Tests.Flushes;

/// <summary>The protocol of <see cref="FlusherPool"/>, with two threads from the start, with one mistake.</summary>
internal sealed class BrokenFlusherPool : IFlusherPool
{
    private const int ThreadCount = 2;

    private readonly object _gate = new();
    private readonly Queue<Action> _ready = new();
    private readonly Thread[] _threads = new Thread[ThreadCount];
    private readonly PoolMistake _mistake;
    private bool _isStopping;

    internal BrokenFlusherPool(PoolMistake mistake)
    {
        _mistake = mistake;
        for (var i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Serve) { IsBackground = true };
            _threads[i].Start();
        }
    }

    public void Schedule(Action flush)
    {
        lock (_gate)
        {
            _ready.Enqueue(flush);
            Monitor.Pulse(_gate);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.PulseAll(_gate);
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }
    }

    private void Serve()
    {
        while (Take() is { } flush)
        {
            flush();
        }
    }

    private Action? Take() => _mistake switch
    {
        PoolMistake.LooksBeforeItLocks => TakeOrWaitByAnOldLook(),
        PoolMistake.WaitsOnce => TakeAfterOneWait(),
        _ => TakeUnlessStopping(),
    };

    private Action? TakeOrWaitByAnOldLook()
    {
        while (true)
        {
            var mustWait = _ready.Count == 0 && !_isStopping;
            lock (_gate)
            {
                if (mustWait)
                {
                    Monitor.Wait(_gate);
                }

                if (_ready.TryDequeue(out var flush))
                {
                    return flush;
                }

                if (_isStopping)
                {
                    return null;
                }
            }
        }
    }

    private Action? TakeAfterOneWait()
    {
        lock (_gate)
        {
            if (_ready.Count == 0 && !_isStopping)
            {
                Monitor.Wait(_gate);
            }

            return _isStopping && _ready.Count == 0 ? null : _ready.Dequeue();
        }
    }

    private Action? TakeUnlessStopping()
    {
        lock (_gate)
        {
            while (_ready.Count == 0 && !_isStopping)
            {
                Monitor.Wait(_gate);
            }

            return _isStopping ? null : _ready.Dequeue();
        }
    }
}
