using Deterministic.Host.Files;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Concurrency.Tests.Flushes;

/// <summary>The protocol of <see cref="FlushQueue"/> with one mistake.</summary>
internal sealed class BrokenFlushQueue(FlusherPool pool, Action sync, QueueMistake mistake) : IFlushQueue
{
    private readonly object _gate = new();
    private List<Request> _waiting = [];
    private Request? _idle;
    private bool _isScheduled;

    public void Add(Shard shard, FlushCompletion completion, object? state)
    {
        lock (_gate)
        {
            var request = _idle ?? new Request();
            _idle = null;
            (request.Shard, request.Completion, request.State) = (shard, completion, state);
            _waiting.Add(request);
            if (_isScheduled && mistake != QueueMistake.FlushesTwiceAtATime)
            {
                return;
            }

            _isScheduled = true;
        }

        pool.Schedule(FlushOnce);
    }

    private void FlushOnce()
    {
        if (mistake == QueueMistake.TakesRequestsAfterTheFlush)
        {
            sync();
            Answer(Take());
        }
        else
        {
            var flushing = Take();
            sync();
            Answer(flushing);
        }

        lock (_gate)
        {
            if (_waiting.Count == 0 || mistake is QueueMistake.ForgetsThoseWhoCameMeanwhile or QueueMistake.FlushesTwiceAtATime)
            {
                _isScheduled = false;
                return;
            }
        }

        pool.Schedule(FlushOnce);
    }

    private List<Request> Take()
    {
        lock (_gate)
        {
            var taken = _waiting;
            _waiting = [];
            return taken;
        }
    }

    private void Answer(List<Request> requests)
    {
        foreach (var request in requests)
        {
            request.Shard!.Post(static request => ((Request)request!).Complete(), request);
            if (mistake == QueueMistake.RecyclesTooEarly)
            {
                lock (_gate)
                {
                    _idle = request;
                }
            }
        }
    }

    private sealed class Request
    {
        internal Shard? Shard { get; set; }

        internal FlushCompletion? Completion { get; set; }

        internal object? State { get; set; }

        internal void Complete() => Completion!(State, null);
    }
}
