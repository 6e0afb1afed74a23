using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Host.Client;

/// <summary>Asks leaders for the first and last offsets of partitions. Stateless.</summary>
internal static class ListedOffsets
{
    /// <summary>Stands for the log end offset (high watermark).</summary>
    public const long Latest = -1;

    /// <summary>Stands for the log start offset.</summary>
    public const long Earliest = -2;

    /// <summary>The offset for a timestamp, or one of the marks above, of each partition of a topic.</summary>
    public static async Task<Dictionary<int, long>> OfAsync(
        KafkaClient client, string topicName, IReadOnlyCollection<int> partitions, long timestamp, CancellationToken cancellation)
    {
        var topic = await client.TopicAsync(topicName, cancellation);
        var offsets = new Dictionary<int, long>();
        foreach (var byLeader in topic.Partitions.ToArray()
            .Where(partition => partitions.Contains(partition.PartitionIndex)).GroupBy(partition => partition.LeaderId))
        {
            var request = new ListOffsetsRequest { ReplicaId = -1, TimeoutMs = 30_000 };
            request.Topics.Add(new ListOffsetsRequest.ListOffsetsTopic
            {
                Name = topicName,
                Partitions = Seq<ListOffsetsRequest.ListOffsetsPartition>.Of(byLeader.Select(
                    partition => new ListOffsetsRequest.ListOffsetsPartition { PartitionIndex = partition.PartitionIndex, Timestamp = timestamp })),
            });
            var leader = await client.NodeAsync(byLeader.Key, cancellation);
            var response = await leader.SendAsync<ListOffsetsRequest, ListOffsetsResponse>(request, cancellation);
            foreach (var partition in response.Topics[0].Partitions)
            {
                KafkaClientException.ThrowOn(partition.ErrorCode, $"Offsets of {topicName}-{partition.PartitionIndex}");
                offsets[partition.PartitionIndex] = partition.Offset;
            }
        }

        return offsets;
    }
}
