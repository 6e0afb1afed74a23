using Deterministic.Protocol;
using Deterministic.Server;
using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>A topic never has fewer partitions than it had on any shard in any life, nor than a client was told it has.</summary>
internal sealed class PartitionsStay(World world, Func<string, bool> mayHarm, Promises promises) : IInvariant
{
    private readonly Dictionary<Uuid, int> _most = [];

    /// <inheritdoc/>
    public string Name => "partitions-stay";

    /// <inheritdoc/>
    public void OnImage(BrokerWatch watch, BrokerShard shard)
    {
        if (mayHarm(watch.Parts!.MetadataLog.Log.Path))
        {
            return;
        }

        foreach (var topic in shard.Image.TopicsById.Values)
        {
            var count = topic.Partitions.Length;
            var most = _most.GetValueOrDefault(topic.Id);

            // A shard may act by an older image for a while: it goes back for nobody, which images-agree sees to.
            if (count < most && shard.Image.Offset >= watch.Parts.Controller.Committed.Offset)
            {
                world.Fail(Name, $"{watch.Broker.Node.Name}: {topic} had {most} partitions");
            }

            _most[topic.Id] = Math.Max(most, count);
        }
    }

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
