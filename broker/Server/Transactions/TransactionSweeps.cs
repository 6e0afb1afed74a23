using Deterministic.Kernel;

namespace Deterministic.Server.Transactions;

/// <summary>
/// What time does to transactions: those that are open for too long are aborted, ids that nobody used for long are forgotten.
/// Owned by the coordinator of its shard; its timers run while that has partitions.
/// </summary>
internal sealed class TransactionSweeps(
    Shard shard, TransactionConfig config, TransactionEnds ends, IReadOnlyDictionary<int, TransactionPartition> partitions)
{
    private bool _isRunning;

    internal void Start()
    {
        if (!_isRunning)
        {
            _isRunning = true;
            Schedule(config.AbortTimedOutIntervalMs, AbortTimedOut);
            Schedule(config.RemoveExpiredIntervalMs, RemoveExpired);
        }
    }

    private void Schedule(int intervalMs, Action sweep) => shard.Timers.Schedule(
        shard.MonotonicMs + intervalMs,
        static state => ((Action)state!)(),
        () =>
        {
            sweep();
            Schedule(intervalMs, sweep);
        });

    private void AbortTimedOut()
    {
        var nowMs = shard.MonotonicMs;
        ForEachIdle(id =>
        {
            if (id.Metadata is { State: TransactionState.Ongoing } && id.DeadlineMs < nowMs)
            {
                Mark.Hit("txn.timed-out");
                ends.Fence(id, static _ =>
                {
                    // Nobody waits; what was not written is found again by the next sweep.
                });
            }
        });
    }

    private void RemoveExpired()
    {
        var nowMs = shard.WallClockMs;
        ForEachIdle(id =>
        {
            if (id.Metadata is { IsIdle: true } unused && nowMs - unused.LastUpdateMs >= config.IdExpirationMs)
            {
                Mark.Hit("txn.id-expired");
                id.Partition.Append(id, next: null, static _ =>
                {
                    // As above.
                });
            }
        });
    }

    private void ForEachIdle(Action<TransactionalId> look)
    {
        foreach (var partition in partitions.Values.ToArray())
        {
            foreach (var id in partition.IsLoading ? [] : partition.Ids.Values.ToArray())
            {
                if (!id.IsBusy)
                {
                    look(id);
                }
            }
        }
    }
}
