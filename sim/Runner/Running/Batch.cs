using Deterministic.Simulator.Runs;

namespace Deterministic.Runner.Running;

/// <summary>
/// Runs seeds on several threads and hands out the outcomes in the order of the seeds. A run is single-threaded and knows no
/// other, so outcomes do not depend on the number of threads. Lives for one batch.
/// </summary>
internal sealed class Batch(RunScenario run, RunSettings settings, int jobs)
{

    private readonly object _lock = new();
    private readonly SortedDictionary<ulong, SeedOutcome> _heldBack = [];
    private ulong _nextToRun;
    private ulong _nextToHand;
    private ulong _end;

    /// <summary>Runs seeds from <paramref name="first"/> until that many have run or <paramref name="stop"/> says so; the calling thread is the one that handles.</summary>
    public void Run(ulong first, ulong count, Func<bool> stop, Action<SeedOutcome> handle)
    {
        (_nextToRun, _nextToHand) = (first, first);
        _end = count > ulong.MaxValue - first ? ulong.MaxValue : first + count;
        var threads = Enumerable.Range(0, jobs).Select(i => new Thread(() => Work(stop)) { Name = $"seeds-{i}", IsBackground = true }).ToArray();
        foreach (var thread in threads)
        {
            thread.Start();
        }

        while (Take() is { } outcome)
        {
            handle(outcome);
        }

        foreach (var thread in threads)
        {
            thread.Join();
        }
    }

    private void Work(Func<bool> stop)
    {
        while (TryTakeSeed(stop, out var seed))
        {
            var outcome = SeedRun.Of(seed, settings, run);
            lock (_lock)
            {
                _heldBack.Add(seed, outcome);
                Monitor.PulseAll(_lock);
            }
        }
    }

    private bool TryTakeSeed(Func<bool> stop, out ulong seed)
    {
        lock (_lock)
        {
            seed = _nextToRun;
            if (stop())
            {
                _end = Math.Min(_end, _nextToRun);
                Monitor.PulseAll(_lock);
            }

            if (_nextToRun >= _end)
            {
                return false;
            }

            _nextToRun++;
            return true;
        }
    }

    /// <summary>The outcome of the next seed, or null when all were handed out.</summary>
    private SeedOutcome? Take()
    {
        lock (_lock)
        {
            while (_nextToHand < _end)
            {
                if (_heldBack.Remove(_nextToHand, out var outcome))
                {
                    _nextToHand++;
                    return outcome;
                }

                Monitor.Wait(_lock);
            }

            return null;
        }
    }
}
