using Deterministic.Protocol;
using Deterministic.Server;
using Deterministic.Server.Metadata;
using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// A topic id means one name for ever, and a deleted one never comes back; partitions never become fewer, their leader and
/// partition epochs never fall; producer ids that were given out in a block are never given out again.
/// </summary>
internal sealed class TopicsKeepTheirIds(World world, Func<string, bool> mayHarm) : IInvariant
{
    private readonly SortedDictionary<Uuid, TopicImage> _live = [];
    private readonly Dictionary<Uuid, string> _deleted = [];
    private long _nextProducerId;
    private long _offset = -1;

    /// <inheritdoc/>
    public string Name => "topics-keep-their-ids";

    /// <inheritdoc/>
    public void OnImage(BrokerWatch watch, BrokerShard shard)
    {
        var image = shard.Image;
        if (image.Offset <= _offset || mayHarm(watch.Parts!.MetadataLog.Log.Path))
        {
            return;
        }

        _offset = image.Offset;
        if (image.NextProducerId < _nextProducerId)
        {
            world.Fail(Name, $"the next producer id went back from {_nextProducerId} to {image.NextProducerId} at offset {image.Offset}");
        }

        _nextProducerId = image.NextProducerId;
        Forget(image);
        foreach (var (id, topic) in image.TopicsById)
        {
            if (ProblemOf(id, topic, image) is { } problem)
            {
                world.Fail(Name, $"topic {topic.Name} ({id}) at offset {image.Offset}: {problem}");
            }

            _live[id] = topic;
        }
    }

    private void Forget(MetadataImage image)
    {
        foreach (var (id, topic) in _live.ToArray())
        {
            if (image.FindTopic(id) is null)
            {
                _live.Remove(id);
                _deleted[id] = topic.Name;
            }
        }
    }

    private string? ProblemOf(Uuid id, TopicImage topic, MetadataImage image)
    {
        if (_deleted.TryGetValue(id, out var deleted))
        {
            return $"the id was that of {deleted}, which is deleted";
        }

        if (image.FindTopic(topic.Name)?.Id != id)
        {
            return "by its name another topic is found";
        }

        if (!_live.TryGetValue(id, out var before) || ReferenceEquals(before, topic))
        {
            return null;
        }

        if (!string.Equals(before.Name, topic.Name, StringComparison.Ordinal) || topic.Partitions.Length < before.Partitions.Length)
        {
            return $"before it was {before}";
        }

        for (var i = 0; i < before.Partitions.Length; i++)
        {
            var (was, now) = (before.Partitions[i], topic.Partitions[i]);
            if (now.LeaderEpoch < was.LeaderEpoch || now.PartitionEpoch < was.PartitionEpoch)
            {
                return $"partition {i} went back from {was} to {now}";
            }
        }

        return null;
    }
}
