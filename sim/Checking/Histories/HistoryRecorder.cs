namespace Deterministic.Checking.Histories;

/// <summary>
/// Writes down what clients do, in the order in which they tell it. Append only and single-threaded; one for each run, owned
/// by whoever runs the clients.
/// </summary>
/// <param name="nowNs">The run's clock in nanoseconds: one for all clients, and it never falls.</param>
public sealed class HistoryRecorder(Func<long> nowNs)
{
    private readonly List<Op> _ops = [];
    private readonly Dictionary<int, Op> _pending = [];
    private readonly Dictionary<int, List<Rebalance>> _rebalances = [];

    /// <summary>Ops so far; also the index of the next one (what <see cref="CheckOptions.FinalPollsFrom"/> wants).</summary>
    public int Count => _ops.Count;

    /// <summary>A process starts an op. It must have completed the one before.</summary>
    public OpToken Invoke(
        int process, OpFunction function, IReadOnlyList<Mop> mops, ProducerTraits? producer = null, ConsumerTraits? consumer = null)
    {
        if (_pending.TryGetValue(process, out var earlier))
        {
            throw new InvalidOperationException(
                $"Process {process} starts {function}, but its {earlier.Function} of index {earlier.Index} has not completed.");
        }

        var op = new Op
        {
            Index = _ops.Count,
            Process = process,
            Type = OpType.Invoke,
            Function = function,
            TimeNs = nowNs(),
            Mops = mops,
            Producer = producer ?? ProducerTraits.Default,
            Consumer = consumer ?? ConsumerTraits.Default,
        };
        _ops.Add(op);
        _pending.Add(process, op);
        return new OpToken(op.Index, process);
    }

    /// <summary>It happened. <paramref name="mops"/> hold what was learned: offsets of sends, polled records.</summary>
    public void Ok(OpToken token, IReadOnlyList<Mop> mops) => Complete(token, OpType.Ok, mops, error: null);

    /// <summary>It happened and nothing was learned beyond that.</summary>
    public void Ok(OpToken token) => Complete(token, OpType.Ok, mops: null, error: null);

    /// <summary>It definitely did not happen. What was polled or acknowledged on the way still belongs in the mops.</summary>
    public void Fail(OpToken token, string error, IReadOnlyList<Mop>? mops = null) => Complete(token, OpType.Fail, mops, error);

    /// <summary>Nobody knows whether it happened. What was polled or acknowledged on the way still belongs in the mops.</summary>
    public void Info(OpToken token, string error, IReadOnlyList<Mop>? mops = null) => Complete(token, OpType.Info, mops, error);

    /// <summary>A rebalance callback ran in the process. It goes to the op that is under way, or else to the next one.</summary>
    public void Rebalanced(int process, RebalanceKind kind, IReadOnlyList<LogKey> keys)
    {
        if (!_rebalances.TryGetValue(process, out var list))
        {
            _rebalances.Add(process, list = []);
        }

        list.Add(new Rebalance(kind, keys));
    }

    /// <summary>The history until now. Ops that have not completed count as info.</summary>
    public History ToHistory() => new(_ops);

    private void Complete(OpToken token, OpType type, IReadOnlyList<Mop>? mops, string? error)
    {
        if (!_pending.TryGetValue(token.Process, out var invocation) || invocation.Index != token.InvokeIndex)
        {
            throw new InvalidOperationException($"The op of process {token.Process} at index {token.InvokeIndex} has already completed.");
        }

        _pending.Remove(token.Process);
        _rebalances.Remove(token.Process, out var rebalances);
        _ops.Add(invocation with
        {
            Index = _ops.Count,
            Type = type,
            TimeNs = nowNs(),
            Mops = mops ?? invocation.Mops,
            Error = error,
            Rebalances = rebalances ?? (IReadOnlyList<Rebalance>)[],
        });
    }
}
