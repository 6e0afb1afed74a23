using Deterministic.Checking.Histories;
using Deterministic.Protocol;
using Deterministic.Simulator.Workloads;

namespace Deterministic.Simulator.Clients;

/// <summary>What a client knows of a topic from its metadata. Immutable, replaced by the next metadata.</summary>
/// <param name="Plan">The topic as planned.</param>
/// <param name="Id">Its id; zero when the client is too old to know ids.</param>
/// <param name="Partitions">By number.</param>
internal sealed record TopicView(PlannedTopic Plan, Uuid Id, IReadOnlyList<PartitionView> Partitions)
{
    internal string Name => Plan.Name;

    /// <summary>The log of a partition in the history.</summary>
    internal LogKey KeyOf(int partition) => new(Name, partition, Plan.MayBeDeleted ? Id.ToString() : null);
}
