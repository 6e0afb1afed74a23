using Deterministic.Protocol;

namespace Deterministic.Simulator.Clients;

/// <summary>What the leader of a classic group decides: range, or sticky with partitions that move only when they are free (KIP-429). Stateless.</summary>
internal static class GroupAssignor
{
    /// <summary>A member as the leader knows it.</summary>
    internal sealed record Member(string Id, IReadOnlyList<string> Topics, IReadOnlyList<TopicPartition> Owned, int Generation);

    /// <summary>Of each topic consecutive partitions to the members in the order of their ids.</summary>
    internal static SortedDictionary<string, List<TopicPartition>> Range(IReadOnlyList<Member> members, IReadOnlyDictionary<string, int> counts)
    {
        var result = Empty(members);
        foreach (var (topic, count) in counts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var readers = Readers(members, topic);
            var next = 0;
            for (var i = 0; i < readers.Count; i++)
            {
                var share = (count / readers.Count) + (i < count % readers.Count ? 1 : 0);
                result[readers[i].Id].AddRange(Enumerable.Range(next, share).Select(partition => new TopicPartition(topic, partition)));
                next += share;
            }
        }

        return result;
    }

    /// <summary>Everybody keeps what it owns up to a fair share; the rest goes to who has least, once nobody owns it any more.</summary>
    internal static SortedDictionary<string, List<TopicPartition>> CooperativeSticky(IReadOnlyList<Member> members, IReadOnlyDictionary<string, int> counts)
    {
        var result = Empty(members);
        var total = counts.Values.Sum();
        var shareMax = (total + members.Count - 1) / members.Count;
        var owners = Owners(members);
        var free = new List<TopicPartition>();
        foreach (var (topic, count) in counts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            for (var number = 0; number < count; number++)
            {
                var partition = new TopicPartition(topic, number);
                if (owners.TryGetValue(partition, out var owner) && owner.Topics.Contains(topic, StringComparer.Ordinal) && result[owner.Id].Count < shareMax)
                {
                    result[owner.Id].Add(partition);
                }
                else
                {
                    free.Add(partition);
                }
            }
        }

        foreach (var partition in free)
        {
            var readers = Readers(members, partition.Topic);
            if (readers.Count > 0 && !owners.ContainsKey(partition))
            {
                result[readers.MinBy(member => result[member.Id].Count)!.Id].Add(partition);
            }
        }

        return result;
    }

    /// <summary>Of two that claim to own a partition the one of the later generation does; of the same, neither.</summary>
    private static Dictionary<TopicPartition, Member> Owners(IReadOnlyList<Member> members)
    {
        var owners = new Dictionary<TopicPartition, Member>();
        foreach (var member in members.OrderBy(member => member.Generation))
        {
            foreach (var partition in member.Owned)
            {
                if (owners.TryGetValue(partition, out var other) && other.Generation == member.Generation)
                {
                    owners.Remove(partition);
                }
                else
                {
                    owners[partition] = member;
                }
            }
        }

        return owners;
    }

    private static List<Member> Readers(IReadOnlyList<Member> members, string topic) =>
        [.. members.Where(member => member.Topics.Contains(topic, StringComparer.Ordinal)).OrderBy(member => member.Id, StringComparer.Ordinal)];

    private static SortedDictionary<string, List<TopicPartition>> Empty(IReadOnlyList<Member> members)
    {
        var result = new SortedDictionary<string, List<TopicPartition>>(StringComparer.Ordinal);
        foreach (var member in members)
        {
            result.Add(member.Id, []);
        }

        return result;
    }
}
