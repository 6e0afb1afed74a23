using Deterministic.Checking.Histories;

namespace Deterministic.Simulator.Clients;

/// <summary>A transaction commits how far the group has read, as the member of the group that has read it (KIP-447). Lives for the transaction.</summary>
internal sealed class PipedOffsets(IGroupMember member, IReadOnlyList<ConsumedPartition> partitions) : ITransactionOffsets
{
    private readonly IReadOnlyList<(LogKey Key, CommittedInTransaction Offset)> _offsets =
    [
        .. partitions.Where(partition => partition.Position is not null)
            .Select(partition => (partition.Key, new CommittedInTransaction(partition.Topic, partition.Partition, partition.Position!.Value))),
    ];

    private readonly GroupIdentity _identity = new(member.MemberId, member.Generation, member.Plan.InstanceId);

    /// <inheritdoc/>
    public ConsumerTraits? Traits => new(member.Plan.Group, _identity.Generation, IsolationLevel.ReadCommitted);

    /// <inheritdoc/>
    public IReadOnlyList<Mop> Mops => [.. _offsets.Select(place => new CommitOffsetMop(place.Key, place.Offset.Offset))];

    /// <inheritdoc/>
    public Task<bool> CommitAsync(TransactionCalls calls, ProducerIdentity identity, long untilMs) =>
        calls.CommitOffsetsAsync(identity, member.Plan.Group, _identity, [.. _offsets.Select(place => place.Offset)], untilMs);

    /// <summary>Nothing to be done: the next fetches of the group's offsets stand in the history, and are judged there.</summary>
    public Task CheckAsync(TransactionCalls calls, bool isCommit, long untilMs) => Task.CompletedTask;
}
