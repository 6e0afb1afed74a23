using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>A log never starts below what an acknowledged DeleteRecords deleted, whatever the broker went through since (KIP-107).</summary>
internal sealed class DeletedRecordsStayDeleted(World world, Func<string, bool> mayHarm, Promises promises) : IInvariant
{
    /// <inheritdoc/>
    public string Name => "deleted-stays-deleted";

    /// <inheritdoc/>
    public void OnMoved(BrokerWatch watch, WatchedLog log) => Check(log);

    /// <inheritdoc/>
    public void Inspect(Inspection inspection)
    {
        foreach (var log in inspection.Logs)
        {
            Check(log);
        }
    }

    private void Check(WatchedLog log)
    {
        var deletedBelow = promises.DeletedBelow(log.Name);
        if (!log.IsMetadata && log.Now.Start < deletedBelow && !mayHarm(log.Log!.Path))
        {
            world.Fail(Name, $"{log} starts at {log.Now.Start}; a client was told that everything below {deletedBelow} is deleted");
        }
    }
}
