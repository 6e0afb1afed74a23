using Deterministic.Kernel;

namespace Deterministic.Server.Replication;

/// <summary>
/// The fetch sessions of one shard's connections, at most as many as <c>max.incremental.fetch.session.cache.slots</c> gives
/// to a shard. A full cache gives way only to those who need it more. Owned by the shard, lives as long.
/// </summary>
internal sealed class FetchSessionCache(Shard shard, int slots)
{
    /// <summary>How long a session is safe from eviction after it was used or made, as in Kafka.</summary>
    internal const long EvictionMsMin = 120_000;

    private readonly Dictionary<int, FetchSession> _sessions = [];

    /// <summary>Open sessions.</summary>
    internal int Count => _sessions.Count;

    /// <summary>Partitions that they remember.</summary>
    internal int PartitionCount => _sessions.Values.Sum(session => session.Count);

    /// <summary>Sessions that had to go for others.</summary>
    internal long Evictions { get; private set; }

    /// <summary>The session, or null.</summary>
    internal FetchSession? Find(int id) => _sessions.GetValueOrDefault(id);

    /// <summary>Closes a session; fine when there is none.</summary>
    internal void Remove(int id) => _sessions.Remove(id);

    /// <summary>A new session of so many partitions, or null when the cache is full of those that have more right to it.</summary>
    internal FetchSession? TryAdd(int partitionCount, bool usesTopicIds)
    {
        if (partitionCount == 0 || slots == 0 || (_sessions.Count >= slots && !TryEvict(partitionCount)))
        {
            Mark.Hit("fetch-session.no-room");
            return null;
        }

        var session = new FetchSession(NewId(), usesTopicIds) { CreatedMs = shard.MonotonicMs };
        session.OnUsed(shard.MonotonicMs);
        _sessions.Add(session.Id, session);
        return session;
    }

    private int NewId()
    {
        while (true)
        {
            var id = shard.Random.Next(int.MaxValue - 1) + 1;
            if (!_sessions.ContainsKey(id))
            {
                return id;
            }
        }
    }

    /// <summary>One that was not used for long goes first; else a smaller one that has had its time.</summary>
    private bool TryEvict(int partitionCount)
    {
        FetchSession? idle = null;
        FetchSession? small = null;
        foreach (var (_, session) in _sessions)
        {
            if (idle is null || session.LastUsedMs < idle.LastUsedMs)
            {
                idle = session;
            }

            if (small is null || session.Count < small.Count)
            {
                small = session;
            }
        }

        var now = shard.MonotonicMs;
        var victim = idle is not null && now - idle.LastUsedMs > EvictionMsMin ? idle
            : small is not null && small.Count < partitionCount && now - small.CreatedMs > EvictionMsMin ? small
            : null;
        if (victim is null)
        {
            return false;
        }

        Mark.Hit("fetch-session.evicted");
        Evictions++;
        return _sessions.Remove(victim.Id);
    }
}
