using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Handlers;

/// <summary>ListPartitionReassignments (46): the partitions whose replicas are being changed. Lives as long as its shard.</summary>
public sealed class ListPartitionReassignmentsHandler(MetadataCache cache)
    : IRequestHandler<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>
{
    /// <inheritdoc/>
    public ValueTask<ListPartitionReassignmentsResponse> HandleAsync(
        ListPartitionReassignmentsRequest request, RequestContext context)
    {
        var response = new ListPartitionReassignmentsResponse { ErrorMessage = Protocol.Wire.Text.Null };
        if (request.Topics.IsNull)
        {
            foreach (var topic in cache.Image.TopicsByName.Values)
            {
                Add(ref response, topic, topic.Partitions);
            }
        }

        foreach (ref var asked in request.Topics.Span)
        {
            if (cache.Image.FindTopic(asked.Name) is { } topic)
            {
                var numbers = asked.PartitionIndexes.ToArray();
                Add(ref response, topic, topic.Partitions.Where(partition => numbers.Contains(partition.PartitionId)));
            }
        }

        return ValueTask.FromResult(response);
    }

    private static void Add(
        ref ListPartitionReassignmentsResponse response, TopicImage topic, IEnumerable<PartitionImage> partitions)
    {
        var ongoing = new ListPartitionReassignmentsResponse.OngoingTopicReassignment { Name = topic.NameText };
        foreach (var partition in partitions)
        {
            if (!partition.AddingReplicas.IsEmpty || !partition.RemovingReplicas.IsEmpty)
            {
                ongoing.Partitions.Add(new ListPartitionReassignmentsResponse.OngoingPartitionReassignment
                {
                    PartitionIndex = partition.PartitionId,
                    Replicas = PartitionImage.ToSeq(partition.Replicas),
                    AddingReplicas = PartitionImage.ToSeq(partition.AddingReplicas),
                    RemovingReplicas = PartitionImage.ToSeq(partition.RemovingReplicas),
                });
            }
        }

        if (ongoing.Partitions.Count > 0)
        {
            response.Topics.Add(ongoing);
        }
    }
}
