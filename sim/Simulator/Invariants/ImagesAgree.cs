using Deterministic.Server;
using Deterministic.Server.Metadata;
using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// Images of equal offsets are equal, on every shard and in every life; no shard's image goes back, not across a crash either,
/// since shards act by committed metadata alone; and at rest all shards act by the same one.
/// </summary>
internal sealed class ImagesAgree(World world, Func<string, bool> mayHarm) : IInvariant
{
    private readonly Dictionary<long, ulong> _digests = [];
    private readonly Dictionary<(string Node, int Shard), long> _offsets = [];
    private readonly Dictionary<string, long> _highest = new(StringComparer.Ordinal);
    private MetadataImage? _last;

    /// <inheritdoc/>
    public string Name => "images-agree";

    /// <inheritdoc/>
    public void OnImage(BrokerWatch watch, BrokerShard shard)
    {
        var node = watch.Broker.Node.Name;
        if (mayHarm(watch.Parts!.MetadataLog.Log.Path))
        {
            return;
        }

        var image = shard.Image;
        var before = _offsets.GetValueOrDefault((node, shard.Shard.Id.Value), -1);
        if (image.Offset < before)
        {
            world.Fail(Name, $"{node}: the image of shard {shard.Shard.Id} went back from {before} to {image.Offset}");
        }

        _offsets[(node, shard.Shard.Id.Value)] = image.Offset;
        _highest[node] = Math.Max(_highest.GetValueOrDefault(node, -1), image.Offset);
        Compare(node, shard, image);
    }

    /// <inheritdoc/>
    public void OnState(BrokerWatch watch, BrokerState state)
    {
        var node = watch.Broker.Node.Name;
        if (state == BrokerState.Down)
        {
            for (var i = 0; _offsets.ContainsKey((node, i)); i++)
            {
                // Whichever shard was ahead: what it acted by was committed, so every shard of the next life must get there.
                _offsets[(node, i)] = _highest[node];
            }
        }
    }

    /// <inheritdoc/>
    public void AtRest(Inspection inspection)
    {
        var offsets = inspection.Parts.Shards.Select(shard => shard.Image.Offset).Append(inspection.Parts.Controller.Image.Offset).ToArray();
        if (offsets.Distinct().Count() != 1)
        {
            world.Fail(Name, $"{inspection.Broker.Node.Name}: at rest the shards' images and the controller's are at {string.Join(", ", offsets)}");
        }
    }

    private void Compare(string node, BrokerShard shard, MetadataImage image)
    {
        if (ReferenceEquals(image, _last))
        {
            return;
        }

        _last = image;
        var digest = ImageDigest.Of(image);
        if (!_digests.TryAdd(image.Offset, digest) && _digests[image.Offset] != digest)
        {
            world.Fail(Name, $"{node}: the image of shard {shard.Shard.Id} at {image.Offset} differs from another image at that offset");
        }
    }
}
