using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Host.Files;

/// <summary>
/// The flushes of one file: at most one is under way, and all that are asked for meanwhile share the next one. Shards
/// add, one flusher thread at a time serves. Lives as long as its file and the flushes of it.
/// <para>After a failed flush every later one fails too: the kernel may have dropped the pages it could not write.</para>
/// </summary>
internal sealed class FlushQueue
{
    /// <summary>Requests of one file that wait for their flush.</summary>
    internal const int WaitingMax = 1 << 20;

    [SuppressMessage("Usage", "MA0158", Justification = "A monitor, as in the pool: Coyote's schedules do not see a Lock.")]
    private readonly object _gate = new();

    private readonly FlusherPool _pool;
    private readonly SafeHandle _file;
    private readonly Action _sync;
    private readonly Action _flushOnce;
    private List<FlushRequest> _waiting = [];
    private List<FlushRequest> _flushing = [];
    private FlushRequest? _idle;
    private bool _isScheduled;
    private IOException? _failure;

    internal FlushQueue(FlusherPool pool, SafeHandle file, Action sync)
    {
        _pool = pool;
        _file = file;
        _sync = sync;
        _flushOnce = FlushOnce;
    }

    /// <summary>The shard that will get the completion.</summary>
    internal void Add(Shard shard, FlushCompletion completion, object? state)
    {
        // The reference keeps the descriptor open until the flush is over, whatever the owner does meanwhile.
        var referenced = false;
        _file.DangerousAddRef(ref referenced);
        lock (_gate)
        {
            Check.That(_waiting.Count < WaitingMax, $"more than {WaitingMax} flushes of one file wait");
            var request = _idle ?? new FlushRequest(this);
            _idle = null;
            request.Set(shard, completion, state);
            _waiting.Add(request);
            if (_isScheduled)
            {
                return;
            }

            _isScheduled = true;
        }

        _pool.Schedule(_flushOnce);
    }

    /// <summary>A flusher thread: one flush for all that wait now.</summary>
    private void FlushOnce()
    {
        lock (_gate)
        {
            (_waiting, _flushing) = (_flushing, _waiting);
        }

        _failure ??= TrySync();
        foreach (var request in _flushing)
        {
            _file.DangerousRelease();
            request.Post(_failure);
        }

        _flushing.Clear();
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                _isScheduled = false;
                return;
            }
        }

        _pool.Schedule(_flushOnce);
    }

    /// <summary>A request was answered and may be used again.</summary>
    internal void Recycle(FlushRequest request)
    {
        lock (_gate)
        {
            _idle = request;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Every failure belongs to those who wait for the flush.")]
    private IOException? TrySync()
    {
        try
        {
            _sync();
            return null;
        }
        catch (IOException e)
        {
            return e;
        }
        catch (Exception e)
        {
            return new IOException(e.Message, e);
        }
    }
}
