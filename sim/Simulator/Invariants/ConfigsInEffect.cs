using System.Globalization;
using Deterministic.Server;
using Deterministic.Server.Configs;
using Deterministic.Server.Metadata;
using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>Every shard and every open log act by the configuration that the shard's image states: no change is missed, none comes early.</summary>
internal sealed class ConfigsInEffect(World world) : IInvariant
{
    /// <inheritdoc/>
    public string Name => "configs-in-effect";

    /// <inheritdoc/>
    public void Inspect(Inspection inspection)
    {
        foreach (var shard in inspection.Parts.Shards)
        {
            if (shard.Image.Offset >= 0)
            {
                Check(inspection, shard);
            }
        }
    }

    private void Check(Inspection inspection, BrokerShard shard)
    {
        var stated = shard.Config.WithDynamic(
            shard.Image.ConfigOf(ConfigResource.OfBroker(shard.NodeId)), shard.Image.ConfigOf(ConfigResource.DefaultBroker));
        foreach (var key in shard.Image.ConfigOf(ConfigResource.DefaultBroker).Keys)
        {
            if (ConfigCatalog.Find(ConfigKind.Broker, key) is not null && shard.Config.Values.Find(key) != stated.Values.Find(key))
            {
                world.Fail(Name, $"{inspection.Broker.Node.Name}: shard {shard.Shard.Id} acts by {key}={shard.Config.Values.Find(key)}; its image says {stated.Values.Find(key)}");
            }
        }

        foreach (var partition in shard.Partitions.Values)
        {
            if (partition.IsGone || shard.Image.FindTopic(partition.TopicId) is not { } topic)
            {
                continue;
            }

            var expected = TopicSettings.Of(shard.Image.ConfigOf(ConfigResource.OfTopic(topic.Name)), stated);
            if (partition.Settings != expected || !ReferenceEquals(partition.Log.Config, partition.Settings.Log))
            {
                world.Fail(
                    Name,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{inspection.Broker.Node.Name}: {partition.TopicPartition} acts by {partition.Settings} and {partition.Log.Config}; the image of shard {shard.Shard.Id} says {expected}"));
            }
        }
    }
}
