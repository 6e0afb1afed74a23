using Deterministic.Kernel;
using Deterministic.Kernel.Time;

namespace Deterministic.Server.Transactions;

/// <summary>A partition that waits to be added until another transition of its transactional id is done, or a little time is over. Lives for one question.</summary>
internal sealed class AddWait(Shard shard, int waitMaxMs)
{
    private readonly long _deadlineMs = shard.MonotonicMs + waitMaxMs;
    private ScheduledTimer? _timer;
    private bool _isOver;

    /// <summary>Looks whether it must still wait.</summary>
    internal Action Try { get; set; } = static () => { };

    /// <summary>Waits; false when there is no time left.</summary>
    internal bool Park(TransactionalId id)
    {
        if (shard.MonotonicMs >= _deadlineMs)
        {
            Mark.Hit("txn.add-waited-too-long");
            return false;
        }

        Mark.Hit("txn.add-waits-for-transition");
        id.Waiting.Enqueue(Look);
        _timer ??= shard.Timers.Schedule(_deadlineMs, static state => ((AddWait)state!).Look(), this);
        return true;
    }

    /// <summary>It need not wait any more, or must not.</summary>
    internal void End()
    {
        _isOver = true;
        _timer?.Cancel();
    }

    private void Look()
    {
        if (!_isOver)
        {
            Try();
        }
    }
}
