namespace Deterministic.Host.Client;

/// <summary>Which partitions a cluster has. Stateless.</summary>
internal static class PartitionNames
{
    /// <summary>The partitions of some topics, or of all, that have a replica on a broker (on any when it is null).</summary>
    public static async Task<IReadOnlyList<TopicAndPartition>> OfAsync(
        KafkaClient client, IReadOnlyList<string>? topics, int? broker, CancellationToken cancellation)
    {
        var metadata = await client.MetadataAsync(topics, cancellation);
        var partitions = new List<TopicAndPartition>();
        foreach (var topic in metadata.Topics.ToArray().OrderBy(topic => topic.Name.ToString(), StringComparer.Ordinal))
        {
            KafkaClientException.ThrowOn(topic.ErrorCode, $"Topic {topic.Name}");
            partitions.AddRange(topic.Partitions.ToArray()
                .Where(partition => broker is null || partition.ReplicaNodes.ToArray().Contains(broker.Value))
                .OrderBy(partition => partition.PartitionIndex)
                .Select(partition => new TopicAndPartition(topic.Name.ToString(), partition.PartitionIndex)));
        }

        return partitions;
    }
}
