namespace Deterministic.Host.Client;

/// <summary>Where a member of a group starts to read: where the group is, or where the fetcher resets to. Stateless.</summary>
internal static class GroupPositions
{
    /// <summary>Reads the partitions of an assignment from now on.</summary>
    public static async Task AssignAsync(
        this PartitionFetcher fetcher, KafkaClient client, IReadOnlyDictionary<TopicAndPartition, long?> assignment, CancellationToken cancellation)
    {
        var positions = new Dictionary<TopicAndPartition, long>();
        foreach (var topic in assignment.GroupBy(pair => pair.Key.Topic, StringComparer.Ordinal))
        {
            var fresh = topic.Where(pair => pair.Value is null).Select(pair => pair.Key.Partition).ToArray();
            var starts = fresh.Length == 0 ? [] : await ListedOffsets.OfAsync(client, topic.Key, fresh, fetcher.ResetTo, cancellation);
            foreach (var (partition, committed) in topic)
            {
                positions[partition] = committed ?? starts[partition.Partition];
            }
        }

        fetcher.Assign(positions);
    }
}
