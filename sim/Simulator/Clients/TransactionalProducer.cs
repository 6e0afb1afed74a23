using Deterministic.Checking.Histories;
using Deterministic.Protocol;
using Deterministic.Simulator.Workloads;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// A producer with a transactional id: takes it over, sends in transactions, ends them, and begins anew when somebody else did. Owned
/// by its client process. In the history each transaction is one op.
/// </summary>
internal sealed class TransactionalProducer(ClientProcess process, string transactionalId) : ISender
{
    private readonly TransactionCalls _calls = new(process, transactionalId);
    private int _historyProcess = process.Fleet.TakeHistoryProcess();

    /// <inheritdoc/>
    public PlannedProducer Plan => process.Plan.Producer;

    /// <inheritdoc/>
    public ProducerIdentity? Identity { get; private set; }

    /// <inheritdoc/>
    public bool MustRenew { get; set; }

    /// <inheritdoc/>
    public string? TransactionalId => transactionalId;

    /// <inheritdoc/>
    public short ProduceVersionMax => _calls.RaisesEpochs ? short.MaxValue : TransactionCalls.LastProduceWithoutAdding;

    private ProducerTraits Traits => new(Idempotent: true, Acks.All, transactionalId);

    /// <summary>In a transaction nobody becomes another: it is to be aborted.</summary>
    public Task<bool> BecomeAsync(long untilMs) => Task.FromResult(false);

    /// <summary>One transaction, from its first batch to its end.</summary>
    internal async Task TransactAsync(TransactOperation operation)
    {
        if (!_calls.AreSpoken)
        {
            return;
        }

        var untilMs = process.Shard.MonotonicMs + Plan.DeliveryTimeoutMs;
        var batches = operation.Batches.Where(batch => MayTransact(batch.Topic)).ToList();
        await process.View.FindAsync(batches.Select(batch => batch.Topic));
        if (batches.Count == 0 || !await InitAsync(operation.TimeoutMs, untilMs))
        {
            return;
        }

        var lanes = ProducerLane.Of(process, batches);
        if (lanes.Count > 0)
        {
            await TransactAsync(operation, lanes, untilMs);
        }
    }

    private async Task TransactAsync(TransactOperation operation, List<ProducerLane> lanes, long untilMs)
    {
        var token = process.Fleet.History.Invoke(_historyProcess, OpFunction.Txn, SendsOf(lanes), Traits);
        MustRenew = false;
        var isAdded = _calls.RaisesEpochs || await _calls.AddPartitionsAsync(Identity!, lanes, untilMs);
        if (isAdded)
        {
            await new ProduceRound(process, this, lanes, untilMs).RunAsync();
        }

        await process.DelayAsync(operation.LingerMs);
        var isWhole = isAdded && !MustRenew && lanes.TrueForAll(lane => lane.Batches.TrueForAll(batch => batch.State == BatchState.Appended));
        var offset = operation.CommitsOffset && isWhole ? await CommitOffsetAsync(lanes, untilMs) : null;
        if (operation.End == TransactionEnd.Leave)
        {
            process.Fleet.History.Info(token, "LEFT_OPEN", SendsOf(lanes));
            Renew();
            return;
        }

        var isCommit = operation.End == TransactionEnd.Commit && isWhole && (!operation.CommitsOffset || offset is not null);
        await EndAsync(token, lanes, isCommit, offset);
    }

    private async Task<CommittedInTransaction?> CommitOffsetAsync(List<ProducerLane> lanes, long untilMs)
    {
        var lane = lanes[^1];
        var offset = new CommittedInTransaction($"offsets-of-{transactionalId}", lane, lane.Batches[^1].BaseOffset);
        return offset.Offset >= 0 && await _calls.CommitOffsetAsync(Identity!, offset, untilMs) ? offset : null;
    }

    private async Task EndAsync(OpToken token, List<ProducerLane> lanes, bool isCommit, CommittedInTransaction? offset)
    {
        var identity = Identity!;
        var end = await _calls.EndAsync(identity, isCommit, process.Shard.MonotonicMs + Plan.DeliveryTimeoutMs);
        if (end.Error == ErrorCode.None)
        {
            if (isCommit)
            {
                process.Fleet.History.Ok(token, SendsOf(lanes));
            }
            else
            {
                process.Fleet.History.Fail(token, "ABORTED", SendsOf(lanes));
            }

            Continue(identity, end, isCommit);
            await CheckOffsetAsync(offset, isCommit);
        }
        else if (isCommit && end.MayHaveActed)
        {
            process.Fleet.History.Info(token, ErrorCodes.NameOf(end.Error), SendsOf(lanes));
            Renew();
        }
        else
        {
            // It never asked for a commit that could have been heard, so nothing of it may ever be seen.
            process.Fleet.History.Fail(token, ErrorCodes.NameOf(end.Error), SendsOf(lanes));
            Identity = null;
        }
    }

    /// <summary>
    /// Goes on with the epoch that the end gave, or as it was when clients keep theirs. After an abort there may be sequences that
    /// nobody knows of: then it takes the id over anew.
    /// </summary>
    private void Continue(ProducerIdentity identity, in TransactionCalls.Ended end, bool isCommit)
    {
        if (_calls.RaisesEpochs)
        {
            process.Fleet.Transactions.OnEnded(transactionalId, identity, end.ProducerId, end.Epoch);
            Identity = new ProducerIdentity(end.ProducerId, end.Epoch);
        }
        else if (!isCommit)
        {
            Identity = null;
        }
    }

    /// <summary>What a committed transaction says of an offset is said, or something later is; what an aborted one said is not.</summary>
    private async Task CheckOffsetAsync(CommittedInTransaction? offset, bool isCommit)
    {
        if (offset is not null && await _calls.FetchOffsetAsync(offset, process.Shard.MonotonicMs + Plan.DeliveryTimeoutMs) is { } found)
        {
            TransactionObserver.CheckOffset(offset, isCommit, found);
        }
    }

    /// <summary>Nobody knows how it ended: from here on the producer goes on under another number.</summary>
    private void Renew()
    {
        Identity = null;
        _historyProcess = process.Fleet.TakeHistoryProcess();
    }

    private async Task<bool> InitAsync(int timeoutMs, long untilMs)
    {
        while (Identity is null)
        {
            var token = process.Fleet.History.Invoke(_historyProcess, OpFunction.InitProducer, [], Traits);
            var before = process.Fleet.Transactions.Latest(transactionalId);
            var (error, identity) = await _calls.InitAsync(timeoutMs);
            if (error == ErrorCode.None)
            {
                process.Fleet.History.Ok(token);
                process.Fleet.Transactions.OnInit(transactionalId, identity!, before, process.Fleet.MayForget);
                Identity = identity;
                return true;
            }

            process.Fleet.History.Info(token, ErrorCodes.NameOf(error));
            if (process.Shard.MonotonicMs >= untilMs)
            {
                return false;
            }

            await process.BackOffAsync();
        }

        return true;
    }

    /// <summary>Where whole transactions can be judged: the topic stays, keeps every key, and no fault may destroy its markers.</summary>
    private bool MayTransact(int topic) =>
        process.Fleet.Workload.Topics[topic] is { MayBeDeleted: false, IsCompacted: false } && !process.Fleet.IsExpendable(topic);

    private static Mop[] SendsOf(List<ProducerLane> lanes) => [.. lanes.SelectMany(lane => lane.Sends)];
}
