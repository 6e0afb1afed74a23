using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>The list of invariants. Stateless.</summary>
internal static class AllInvariants
{
    /// <summary>
    /// One of each, for one run. <paramref name="mayHarm"/>: whether faults may harm that file for good;
    /// <paramref name="onGroupRemoved"/>: told of each group that a coordinator removed; <paramref name="promises"/>: what clients
    /// were told.
    /// </summary>
    internal static IReadOnlyList<IInvariant> Of(World world, Func<string, bool> mayHarm, Action<string> onGroupRemoved, Promises promises) =>
    [
        new OffsetsInOrder(world),
        new OffsetsNeverFall(world, mayHarm),
        new LogIsWhole(world, mayHarm),
        new CommittedIsImmutable(world, mayHarm, promises),
        new AcknowledgedIsDurable(world, mayHarm),
        new RetentionTakesOnlyTheOld(world, mayHarm, promises),
        new DeletedRecordsStayDeleted(world, mayHarm, promises),
        new CompactionKeepsTheLast(world, mayHarm),
        new MarkersStay(world, mayHarm),
        new IndexesMatchLog(world, mayHarm),
        new EpochsMatchLog(world, mayHarm),
        new SequencesAreContiguous(world, mayHarm),
        new ProducersMatchLog(world, mayHarm),
        new SnapshotsMatchLog(world, mayHarm),
        new TransactionIndexMatchesLog(world, mayHarm),
        new DirectoriesMatchTopics(world, mayHarm),
        new MovesComeToAnEnd(world),
        new ImagesAgree(world, mayHarm),
        new ImageMatchesLog(world, mayHarm),
        new QuorumEpochsRise(world, mayHarm),
        new TopicsKeepTheirIds(world, mayHarm),
        new PartitionsStay(world, mayHarm, promises),
        new ConfigsInEffect(world),
        new QuotasInEffect(world),
        new GroupsMatchLog(world, mayHarm),
        new GroupGenerationsRise(world, mayHarm, onGroupRemoved),
        new GroupsAreSound(world),
        new CommittedOffsetsStay(world, mayHarm),
        new OffsetsBelongToTopics(world, mayHarm),
        new TransactionsMatchLog(world, mayHarm),
        new TransactionsAdvance(world, mayHarm),
        new MarkersFollowDecisions(world, mayHarm),
        new MetricsMatchTruth(world),
        new NothingIsLeftOver(world),
    ];
}
