using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;
using Deterministic.Storage;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// When clients are gone and all is quiet, no connection is left, no buffer is rented, no append of a group is under way, and
/// there are no more timers than there are things that wait.
/// </summary>
internal sealed class NothingIsLeftOver(World world) : IInvariant
{
    /// <summary>Timers of a shard that has nothing to wait for: housekeeping, checkpoints, snapshots and what they left behind.</summary>
    internal const int TimersMax = 64;

    /// <inheritdoc/>
    public string Name => "nothing-left-over";

    /// <inheritdoc/>
    public void AtRest(Inspection inspection)
    {
        // Each segment that was removed waits for its file to be deleted.
        var deletions = inspection.Logs.Sum(log => inspection.Disk.FilesIn(log.Log!.Path).Count(name => name.EndsWith(StoragePaths.DeletedSuffix, StringComparison.Ordinal)));

        // A member that asked to join and hung up waits with its request until its group goes on without it.
        var isJoining = inspection.Parts.Shards.SelectMany(shard => shard.Groups.Partitions.Values)
            .SelectMany(partition => partition.Groups.Values).Any(group => group.AwaitingJoinCount > 0);
        foreach (var shard in inspection.Parts.Shards)
        {
            var members = 0;
            var pending = 0;
            foreach (var (_, partition) in shard.Groups.Partitions)
            {
                foreach (var (_, group) in partition.Groups)
                {
                    members += group.Members.Count + group.PendingJoins.Count;
                    pending += group.PendingAppends;
                }
            }

            var timers = shard.Shard.Timers.PendingCount;
            if (shard.Connections.Count > 0 || (shard.Shard.Buffers.RentedBytes > 0 && !isJoining) || pending > 0 || timers > TimersMax + members + deletions)
            {
                world.Fail(
                    Name,
                    $"{inspection.Broker.Node.Name}, shard {shard.Shard.Id}: {shard.Connections.Count} connections, {shard.Shard.Buffers.RentedBytes} bytes rented, "
                    + $"{pending} appends of groups, {timers} timers with {members} members and {deletions} files to delete");
            }
        }
    }
}
