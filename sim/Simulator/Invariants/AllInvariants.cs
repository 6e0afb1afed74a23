using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>The list of invariants. Stateless.</summary>
internal static class AllInvariants
{
    /// <summary>
    /// One of each, for one run. <paramref name="mayHarm"/>: whether faults may harm that file for good;
    /// <paramref name="onGroupRemoved"/>: told of each group that a coordinator removed.
    /// </summary>
    internal static IReadOnlyList<IInvariant> Of(World world, Func<string, bool> mayHarm, Action<string> onGroupRemoved) =>
    [
        new OffsetsInOrder(world),
        new OffsetsNeverFall(world, mayHarm),
        new LogIsWhole(world, mayHarm),
        new CommittedIsImmutable(world, mayHarm),
        new AcknowledgedIsDurable(world, mayHarm),
        new RetentionTakesOnlyTheOld(world, mayHarm),
        new CompactionKeepsTheLast(world, mayHarm),
        new IndexesMatchLog(world, mayHarm),
        new EpochsMatchLog(world, mayHarm),
        new SequencesAreContiguous(world, mayHarm),
        new ProducersMatchLog(world, mayHarm),
        new SnapshotsMatchLog(world, mayHarm),
        new TransactionIndexMatchesLog(world, mayHarm),
        new DirectoriesMatchTopics(world, mayHarm),
        new ImagesAgree(world, mayHarm),
        new ImageMatchesLog(world, mayHarm),
        new QuorumEpochsRise(world, mayHarm),
        new TopicsKeepTheirIds(world, mayHarm),
        new GroupsMatchLog(world, mayHarm),
        new GroupGenerationsRise(world, mayHarm, onGroupRemoved),
        new GroupsAreSound(world),
        new CommittedOffsetsStay(world, mayHarm),
        new OffsetsBelongToTopics(world, mayHarm),
        new TransactionsMatchLog(world, mayHarm),
        new TransactionsAdvance(world, mayHarm),
        new MarkersFollowDecisions(world, mayHarm),
        new NothingIsLeftOver(world),
    ];
}
