using Deterministic.Checking.Histories;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// A transaction commits the offset of a batch of its own, so that later ones are higher, for a group that has no members.
/// Lives for the transaction.
/// </summary>
internal sealed class OffsetOfOwnBatch(string group, ProducerLane lane, bool mayGo) : ITransactionOffsets
{
    private CommittedInTransaction? _committed;

    /// <inheritdoc/>
    public ConsumerTraits? Traits => null;

    /// <inheritdoc/>
    public IReadOnlyList<Mop> Mops => [];

    /// <inheritdoc/>
    public async Task<bool> CommitAsync(TransactionCalls calls, ProducerIdentity identity, long untilMs)
    {
        var offset = new CommittedInTransaction(lane.Topic, lane.Partition, lane.Batches[^1].BaseOffset);
        if (offset.Offset < 0 || !await calls.CommitOffsetsAsync(identity, group, member: null, [offset], untilMs))
        {
            return false;
        }

        // With its topic an offset goes, and the next topic of that name begins below it.
        _committed = mayGo ? null : offset;
        return true;
    }

    /// <summary>What a committed transaction says of an offset is said, or something later is; what an aborted one said is not.</summary>
    public async Task CheckAsync(TransactionCalls calls, bool isCommit, long untilMs)
    {
        if (_committed is { } offset && await calls.FetchOffsetAsync(group, offset, untilMs) is { } found)
        {
            TransactionObserver.CheckOffset(group, offset, isCommit, found);
        }
    }
}
