using Deterministic.Server;
using Deterministic.Server.Quotas;
using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>Every shard acts by the quotas of its image as soon as it acts by the image, and one shard alone counts for an entity.</summary>
internal sealed class QuotasInEffect(World world) : IInvariant
{
    /// <inheritdoc/>
    public string Name => "quotas-in-effect";

    /// <inheritdoc/>
    public void OnImage(BrokerWatch watch, BrokerShard shard)
    {
        var stated = new QuotaTable(shard.Image.ClientQuotas, shard.Peers.Count);
        if (shard.Quotas.Table.HasClients != stated.HasClients || shard.Quotas.Table.HasAddresses != stated.HasAddresses)
        {
            world.Fail(Name, $"{watch.Broker.Node.Name}: shard {shard.Shard.Id} acts by quotas although its image has none, or the other way round");
        }

        foreach (var record in shard.Image.ClientQuotas.Values)
        {
            var clientId = record.Entity[0].EntityName.ToString();
            var expected = stated.Of(ShardQuotas.Anonymous, clientId);
            var actual = shard.Quotas.Table.Of(ShardQuotas.Anonymous, clientId);
            if (actual != expected)
            {
                world.Fail(Name, $"{watch.Broker.Node.Name}: shard {shard.Shard.Id} limits {clientId} to {actual}; its image says {expected}");
            }
        }
    }

    /// <inheritdoc/>
    public void Inspect(Inspection inspection)
    {
        var owners = new Dictionary<(QuotaKind, string), BrokerShard>();
        foreach (var shard in inspection.Parts.Shards)
        {
            foreach (var (kind, entity) in shard.Quotas.Sensors.All.Keys)
            {
                if (!owners.TryAdd((kind, entity), shard) && entity != QuotaSensors.Others)
                {
                    world.Fail(Name, $"{inspection.Broker.Node.Name}: shards {owners[(kind, entity)].Shard.Id} and {shard.Shard.Id} both count {kind} of {entity}");
                }
            }
        }
    }
}
