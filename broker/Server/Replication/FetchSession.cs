using Deterministic.Protocol.Apis;

namespace Deterministic.Server.Replication;

/// <summary>
/// An incremental fetch session (KIP-227): the partitions a client fetches, so that requests and responses name only what
/// changed. Partitions that had records move behind the others, so that all get their turn. Owned by the shard of its
/// cache; lives until closed or evicted.
/// </summary>
internal sealed class FetchSession(int id, bool usesTopicIds)
{
    private readonly Dictionary<FetchKey, LinkedListNode<FetchSessionPartition>> _byKey = [];
    private readonly LinkedList<FetchSessionPartition> _order = [];

    /// <summary>Its number, never 0.</summary>
    internal int Id { get; } = id;

    /// <summary>Whether topics are named by id; a request that does otherwise does not fit.</summary>
    internal bool UsesTopicIds { get; } = usesTopicIds;

    /// <summary>The epoch that the next request must have; wraps from the largest number to 1.</summary>
    internal int NextEpoch { get; private set; } = 1;

    /// <summary>When it was made, in <c>Shard.MonotonicMs</c>.</summary>
    internal long CreatedMs { get; init; }

    /// <summary>When it was last used, in <c>Shard.MonotonicMs</c>.</summary>
    internal long LastUsedMs { get; private set; }

    /// <summary>How many partitions.</summary>
    internal int Count => _order.Count;

    /// <summary>The partitions, in the order in which they are read.</summary>
    internal LinkedList<FetchSessionPartition> Partitions => _order;

    /// <summary>A request of the session has come.</summary>
    internal void OnUsed(long nowMs) => LastUsedMs = nowMs;

    /// <summary>The request fitted: the next one has the next epoch.</summary>
    internal void AdvanceEpoch() => NextEpoch = NextEpoch == int.MaxValue ? 1 : NextEpoch + 1;

    /// <summary>Adds what a request names, or takes its new values; forgets what it forgets.</summary>
    internal void Update(in FetchRequest request)
    {
        foreach (ref var topic in request.Topics)
        {
            foreach (ref var partition in topic.Partitions)
            {
                Set(new FetchKey(UsesTopicIds ? default : topic.Topic, UsesTopicIds ? topic.TopicId : default, partition.Partition), partition);
            }
        }

        foreach (ref var topic in request.ForgottenTopicsData)
        {
            foreach (var partition in topic.Partitions)
            {
                Forget(new FetchKey(UsesTopicIds ? default : topic.Topic, UsesTopicIds ? topic.TopicId : default, partition));
            }
        }
    }

    /// <summary>Others get their turn first.</summary>
    internal void MoveBehindOthers(FetchSessionPartition partition)
    {
        // It may have been forgotten by a later request of the client.
        if (_byKey.TryGetValue(partition.Key, out var node) && ReferenceEquals(node.Value, partition))
        {
            _order.Remove(node);
            _order.AddLast(node);
        }
    }

    private void Set(in FetchKey key, in FetchRequest.FetchPartition asked)
    {
        if (!_byKey.TryGetValue(key, out var node))
        {
            var kept = key with { Topic = key.Topic.Copy() };
            node = _order.AddLast(new FetchSessionPartition(kept));
            _byKey.Add(kept, node);
        }

        node.Value.Update(asked);
    }

    private void Forget(in FetchKey key)
    {
        if (_byKey.Remove(key, out var node))
        {
            _order.Remove(node);
        }
    }
}
