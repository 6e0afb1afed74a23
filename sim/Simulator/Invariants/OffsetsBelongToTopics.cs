using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups;
using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// Offsets go with their topic: once all is quiet, what a group has committed is of a topic that is there and, if the commit
/// named one, of that topic id (KIP-516).
/// </summary>
internal sealed class OffsetsBelongToTopics(World world, Func<string, bool> mayHarm) : IInvariant
{
    /// <inheritdoc/>
    public string Name => "offsets-belong-to-topics";

    /// <inheritdoc/>
    public void AtEnd(Inspection inspection)
    {
        foreach (var (log, partition) in inspection.GroupPartitions().Where(item => !mayHarm(item.Log.Log!.Path)))
        {
            foreach (var (id, group) in partition.Groups)
            {
                foreach (var (topic, offsets) in group.Offsets.Topics)
                {
                    if (ProblemOf(inspection, topic, offsets) is { } problem)
                    {
                        world.Fail(Name, $"{log}: group {id} has committed offsets of {topic}: {problem}");
                    }
                }
            }
        }
    }

    private static string? ProblemOf(Inspection inspection, Text topic, SortedDictionary<int, CommittedOffset> offsets)
    {
        if (inspection.Parts.Shards[0].Image.FindTopic(topic) is not { } found)
        {
            return "there is no such topic";
        }

        foreach (var (index, offset) in offsets)
        {
            if (!offset.TopicId.IsZero && offset.TopicId != found.Id)
            {
                return $"{index} of id {offset.TopicId}, which is now {found.Id}";
            }
        }

        return null;
    }
}
