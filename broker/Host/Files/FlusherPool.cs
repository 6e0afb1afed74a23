namespace Deterministic.Host.Files;

/// <summary>
/// The threads that wait for the device, so that no shard does. Several, so that the file system can put the flushes of several
/// files into one journal commit. One pool a node; threads start when first needed.
/// </summary>
internal sealed class FlusherPool : IDisposable
{
    /// <summary>
    /// Flushes under way at a time, unless configured. The threads do nothing but wait: on ext4 16 of them made more than twice as
    /// many flushes of 16 files a second as 4 did, since the journal commits what waits together.
    /// </summary>
    internal const int ThreadsDefault = 32;

    private readonly object _gate = new();
    private readonly Queue<Action> _ready = new();
    private readonly List<Thread> _threads = [];
    private readonly int _threadsMax;
    private readonly string? _threadName;
    private int _idleThreads;
    private bool _isStopping;

    /// <summary>Threads are called <paramref name="threadName"/> with a number, for whoever watches the process; null leaves them unnamed.</summary>
    internal FlusherPool(int threadsMax, string? threadName = "flusher")
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threadsMax);
        _threadsMax = threadsMax;
        _threadName = threadName;
    }

    /// <summary>Has a flusher thread call <paramref name="flush"/>, which must not throw. Each file stands here at most once.</summary>
    internal void Schedule(Action flush)
    {
        lock (_gate)
        {
            _ready.Enqueue(flush);
            if (_idleThreads < _ready.Count && _threads.Count < _threadsMax && !_isStopping)
            {
                StartThread();
            }
            else
            {
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <summary>Serves what was scheduled, then ends the threads.</summary>
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

    private void StartThread()
    {
        var thread = new Thread(Serve) { IsBackground = true };
        if (_threadName is not null)
        {
            thread.Name = $"{_threadName}-{_threads.Count}";
        }

        _threads.Add(thread);
        thread.Start();
    }

    private void Serve()
    {
        while (TryTake(out var flush))
        {
            flush();
        }
    }

    private bool TryTake(out Action flush)
    {
        lock (_gate)
        {
            while (!_ready.TryDequeue(out flush!))
            {
                if (_isStopping)
                {
                    return false;
                }

                _idleThreads++;
                Monitor.Wait(_gate);
                _idleThreads--;
            }

            return true;
        }
    }
}
