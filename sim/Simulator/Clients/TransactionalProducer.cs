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
        var untilMs = process.Shard.MonotonicMs + Plan.DeliveryTimeoutMs;
        var batches = operation.Batches.Where(batch => process.Fleet.MayTransact(batch.Topic)).ToList();
        await process.View.FindAsync(batches.Select(batch => batch.Topic));
        if (batches.Count == 0 || !await TakeOverAsync(operation.TimeoutMs, untilMs))
        {
            return;
        }

        var lanes = ProducerLane.Of(process, batches);
        if (lanes.Count > 0)
        {
            var mayGo = process.Fleet.Workload.Topics[lanes[^1].TopicNumber].MayBeDeleted;
            var offsets = operation.CommitsOffset ? new OffsetOfOwnBatch($"offsets-of-{transactionalId}", lanes[^1], mayGo) : null;
            await TransactAsync(lanes, offsets, operation.End, operation.LingerMs, untilMs);
        }
    }

    /// <summary>Becomes the one who has the transactional id, if it is not already; false when that cannot be had in time, or the client is too old for it.</summary>
    internal async Task<bool> TakeOverAsync(int timeoutMs, long untilMs) => _calls.AreSpoken && await InitAsync(timeoutMs, untilMs);

    /// <summary>Sends what is in the lanes, commits the offsets and ends as it means to; true when all of that is committed for certain.</summary>
    internal async Task<bool> TransactAsync(List<ProducerLane> lanes, ITransactionOffsets? offsets, TransactionEnd end, int lingerMs, long untilMs)
    {
        var token = process.Fleet.History.Invoke(_historyProcess, OpFunction.Txn, SendsOf(lanes), Traits, offsets?.Traits);
        MustRenew = false;
        var isAdded = _calls.RaisesEpochs || await _calls.AddPartitionsAsync(Identity!, lanes, untilMs);
        if (isAdded)
        {
            await new ProduceRound(process, this, lanes, untilMs).RunAsync();
        }

        await process.DelayAsync(lingerMs);
        var isWhole = isAdded && !MustRenew && lanes.TrueForAll(lane => lane.Batches.TrueForAll(batch => batch.State == BatchState.Appended));
        isWhole &= offsets is null || (isWhole && await offsets.CommitAsync(_calls, Identity!, untilMs));
        if (end == TransactionEnd.Leave)
        {
            process.Fleet.History.Info(token, "LEFT_OPEN", ContentOf(lanes, offsets));
            Renew();
            return false;
        }

        return await EndAsync(token, lanes, offsets, isCommit: end == TransactionEnd.Commit && isWhole);
    }

    private async Task<bool> EndAsync(OpToken token, List<ProducerLane> lanes, ITransactionOffsets? offsets, bool isCommit)
    {
        var identity = Identity!;
        var end = await _calls.EndAsync(identity, isCommit, process.Shard.MonotonicMs + Plan.DeliveryTimeoutMs);
        if (end.Error == ErrorCode.None)
        {
            if (isCommit)
            {
                process.Fleet.History.Ok(token, ContentOf(lanes, offsets));
            }
            else
            {
                process.Fleet.History.Fail(token, "ABORTED", ContentOf(lanes, offsets));
            }

            Continue(identity, end, isCommit);
            await (offsets?.CheckAsync(_calls, isCommit, process.Shard.MonotonicMs + Plan.DeliveryTimeoutMs) ?? Task.CompletedTask);
            return isCommit;
        }

        if (isCommit && end.MayHaveActed)
        {
            process.Fleet.History.Info(token, ErrorCodes.NameOf(end.Error), ContentOf(lanes, offsets));
            Renew();
            return false;
        }

        // It never asked for a commit that could have been heard, so nothing of it may ever be seen.
        process.Fleet.History.Fail(token, ErrorCodes.NameOf(end.Error), ContentOf(lanes, offsets));
        Identity = null;
        return false;
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

    private Mop[] SendsOf(List<ProducerLane> lanes) => [.. lanes.Where(lane => lane.IsRecorded(process)).SelectMany(lane => lane.Sends)];

    private Mop[] ContentOf(List<ProducerLane> lanes, ITransactionOffsets? offsets) => [.. SendsOf(lanes), .. offsets?.Mops ?? []];
}
