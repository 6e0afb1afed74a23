using Deterministic.Kernel;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Controller;

/// <summary>
/// Hands committed images to every shard, in order, and says when all of them act by one. Owned by shard 0; lives as long
/// as the broker.
/// </summary>
public sealed class MetadataPublisher(Shard shard)
{
    private readonly List<(Shard Shard, IMetadataListener Listener)> _listeners = [];
    private readonly Queue<Publication> _underWay = new();

    /// <summary>The last image that every listener acts by; -1 before the first.</summary>
    public long AppliedOffset { get; private set; } = -1;

    /// <summary>Called on shard 0 whenever <see cref="AppliedOffset"/> has grown.</summary>
    public Action? Applied { get; set; }

    /// <summary>Adds a listener on its shard. Before the first image is published.</summary>
    public void Add(Shard listenerShard, IMetadataListener listener)
    {
        Check.That(AppliedOffset < 0 && _underWay.Count == 0, "a metadata listener was added after the first image");
        _listeners.Add((listenerShard, listener));
    }

    /// <summary>Publishes the image that a built delta leads to.</summary>
    public void Publish(MetadataDelta delta)
    {
        Check.That(shard.IsCurrent, "metadata is published by another shard than its owner");
        var publication = new Publication(delta.After.Offset, _listeners.Count);
        _underWay.Enqueue(publication);
        foreach (var (listenerShard, listener) in _listeners)
        {
            listenerShard.Post(() =>
            {
                listener.OnImage(delta.After, delta);
                shard.Post(() => OnApplied(publication));
            });
        }

        if (_listeners.Count == 0)
        {
            Finish();
        }
    }

    private void OnApplied(Publication publication)
    {
        publication.Waiting--;
        Finish();
    }

    private void Finish()
    {
        var hasGrown = false;
        while (_underWay.TryPeek(out var first) && first.Waiting == 0)
        {
            AppliedOffset = _underWay.Dequeue().Offset;
            hasGrown = true;
        }

        if (hasGrown)
        {
            Applied?.Invoke();
        }
    }

    private sealed class Publication(long offset, int waiting)
    {
        internal long Offset { get; } = offset;

        internal int Waiting { get; set; } = waiting;
    }
}
