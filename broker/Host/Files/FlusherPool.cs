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
    private readonly Queue<FlushQueue> _ready = new();
    private readonly List<Thread> _threads = [];
    private readonly int _threadsMax;
    private int _idleThreads;
    private bool _isStopping;

    internal FlusherPool(int threadsMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threadsMax);
        _threadsMax = threadsMax;
    }

    /// <summary>Has <see cref="FlushQueue.FlushOnce"/> called by a flusher thread. Each file stands here at most once.</summary>
    internal void Schedule(FlushQueue queue)
    {
        lock (_gate)
        {
            _ready.Enqueue(queue);
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
        var thread = new Thread(Serve) { IsBackground = true, Name = $"flusher-{_threads.Count}" };
        _threads.Add(thread);
        thread.Start();
    }

    private void Serve()
    {
        while (TryTake(out var queue))
        {
            queue.FlushOnce();
        }
    }

    private bool TryTake(out FlushQueue queue)
    {
        lock (_gate)
        {
            while (!_ready.TryDequeue(out queue!))
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
