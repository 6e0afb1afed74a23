namespace Deterministic.Host.Client;

/// <summary>
/// The assignor that all Kafka clients know: of each topic, members in the order of their ids get consecutive partitions,
/// the first of them one more when they do not divide evenly. Stateless.
/// </summary>
internal static class RangeAssignor
{
    /// <summary>The partitions of each member.</summary>
    public static Dictionary<string, List<TopicAndPartition>> Assign(
        IReadOnlyDictionary<string, IReadOnlyList<string>> subscriptions, IReadOnlyDictionary<string, int> partitionCounts)
    {
        var assignment = subscriptions.Keys.ToDictionary(member => member, _ => new List<TopicAndPartition>(), StringComparer.Ordinal);
        foreach (var (topic, count) in partitionCounts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var members = subscriptions.Where(pair => pair.Value.Contains(topic, StringComparer.Ordinal))
                .Select(pair => pair.Key).Order(StringComparer.Ordinal).ToArray();
            var next = 0;
            for (var i = 0; i < members.Length; i++)
            {
                var share = (count / members.Length) + (i < count % members.Length ? 1 : 0);
                for (var last = next + share; next < last; next++)
                {
                    assignment[members[i]].Add(new TopicAndPartition(topic, next));
                }
            }
        }

        return assignment;
    }
}
