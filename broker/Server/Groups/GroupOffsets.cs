using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups;

/// <summary>
/// The committed offsets of one group, by topic and partition, and those of transactions that are still open in the log.
/// Owned by the group; only <see cref="GroupPartition.Replay"/> changes it.
/// </summary>
public sealed class GroupOffsets
{
    private readonly Dictionary<Text, SortedDictionary<int, CommittedOffset>> _byTopic = [];
    private readonly Dictionary<long, Dictionary<(Text Topic, int Partition), CommittedOffset>> _pending = [];

    /// <summary>Whether nothing is committed, also in open transactions.</summary>
    public bool IsEmpty => _byTopic.Count == 0 && _pending.Count == 0;

    /// <summary>Topics with committed offsets.</summary>
    public IReadOnlyDictionary<Text, SortedDictionary<int, CommittedOffset>> Topics => _byTopic;

    /// <summary>The committed offset of a partition.</summary>
    public bool TryGet(Text topic, int partition, out CommittedOffset offset)
    {
        offset = default;
        return _byTopic.TryGetValue(topic, out var partitions) && partitions.TryGetValue(partition, out offset);
    }

    /// <summary>Whether a transaction that is still open commits an offset of the partition.</summary>
    public bool IsPending(Text topic, int partition)
    {
        foreach (var (_, offsets) in _pending)
        {
            if (offsets.ContainsKey((topic, partition)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Every offset, also those of open transactions; a partition may come more than once.</summary>
    internal IEnumerable<(Text Topic, int Partition, CommittedOffset Offset)> All()
    {
        var committed = _byTopic.SelectMany(topic => topic.Value.Select(entry => (topic.Key, entry.Key, entry.Value)));
        return committed.Concat(_pending.Values.SelectMany(offsets => offsets.Select(entry => (entry.Key.Topic, entry.Key.Partition, entry.Value))));
    }

    /// <summary>Every partition with a committed offset, also those of open transactions.</summary>
    internal IReadOnlyCollection<(Text Topic, int Partition)> Keys() => [.. All().Select(entry => (entry.Topic, entry.Partition)).Distinct()];

    internal void Set(Text topic, int partition, CommittedOffset offset)
    {
        if (!_byTopic.TryGetValue(topic, out var partitions))
        {
            partitions = [];
            _byTopic.Add(topic.Copy(), partitions);
        }

        partitions[partition] = offset;
    }

    internal void Remove(Text topic, int partition)
    {
        if (_byTopic.TryGetValue(topic, out var partitions))
        {
            partitions.Remove(partition);
            if (partitions.Count == 0)
            {
                _byTopic.Remove(topic);
            }
        }

        foreach (var (producerId, offsets) in _pending)
        {
            if (offsets.Remove((topic, partition)) && offsets.Count == 0)
            {
                _pending.Remove(producerId);
            }
        }
    }

    internal void SetPending(long producerId, Text topic, int partition, CommittedOffset offset)
    {
        if (!_pending.TryGetValue(producerId, out var offsets))
        {
            offsets = [];
            _pending.Add(producerId, offsets);
        }

        offsets[(topic.Copy(), partition)] = offset;
    }

    /// <summary>The transaction of that producer ended; of two commits the one that stands later in the log wins.</summary>
    internal void EndTransaction(long producerId, bool isCommit)
    {
        if (_pending.Remove(producerId, out var offsets) && isCommit)
        {
            foreach (var ((topic, partition), offset) in offsets)
            {
                if (!TryGet(topic, partition, out var current) || current.LogOffset < offset.LogOffset)
                {
                    Set(topic, partition, offset);
                }
            }
        }
    }
}
