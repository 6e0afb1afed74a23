using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>A topic never has fewer partitions than a client was told it has. That it never has fewer than before, topics-keep-their-ids sees.</summary>
internal sealed class PartitionsStay(World world, Func<string, bool> mayHarm, Promises promises) : IInvariant
{
    /// <inheritdoc/>
    public string Name => "partitions-stay";

    /// <inheritdoc/>
    public void Inspect(Inspection inspection)
    {
        var image = inspection.Parts.Controller.Committed;
        foreach (var topic in image.TopicsById.Values)
        {
            var promised = promises.PartitionsOf(topic.Name);
            if (topic.Partitions.Length < promised && !mayHarm(inspection.Parts.MetadataLog.Log.Path))
            {
                world.Fail(Name, $"{inspection.Broker.Node.Name}: {topic}; a client was told that it has {promised} partitions");
            }
        }
    }
}
