using Deterministic.Protocol;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups;

namespace Deterministic.Server.Tests.Groups;

/// <summary>Topics that a test names.</summary>
public sealed class FixedTopics : IGroupTopics
{
    private readonly Dictionary<string, (Uuid Id, int Count)> _topics = [];

    public long Version { get; private set; }

    public long MetadataOffset => Version;

    public IEnumerable<Text> Names => _topics.Keys.Order(StringComparer.Ordinal).Select(Text.Of);

    /// <summary>The rack of every replica; null for none.</summary>
    public string? Rack { get; set; }

    public void Add(string name, int partitionCount, Uuid? id = null)
    {
        _topics[name] = (id ?? new Uuid(7, (ulong)_topics.Count + 1), partitionCount);
        Version++;
    }

    public void Remove(string name)
    {
        _topics.Remove(name);
        Version++;
    }

    public IReadOnlyList<string> RacksOf(Uuid id, int partition) => Rack is null ? [] : [Rack];

    public Uuid IdOf(string name) => _topics[name].Id;

    public bool TryFind(string name, out Uuid id, out int partitionCount)
    {
        var found = _topics.TryGetValue(name, out var topic);
        (id, partitionCount) = topic;
        return found;
    }

    public bool TryFind(Uuid id, out string name, out int partitionCount)
    {
        foreach (var (candidate, topic) in _topics)
        {
            if (topic.Id == id)
            {
                (name, partitionCount) = (candidate, topic.Count);
                return true;
            }
        }

        (name, partitionCount) = ("", 0);
        return false;
    }
}
