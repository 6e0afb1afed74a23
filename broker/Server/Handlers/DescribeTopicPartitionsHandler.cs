using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Configs;
using Deterministic.Server.Connections;
using Deterministic.Server.Controller;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Handlers;

/// <summary>
/// DescribeTopicPartitions (75, KIP-966): topics in the order of their names, page by page, with ELR. Lives as long as its shard.
/// </summary>
public sealed class DescribeTopicPartitionsHandler(MetadataCache cache, BrokerConfig config)
    : IRequestHandler<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse>
{
    /// <inheritdoc/>
    public ValueTask<DescribeTopicPartitionsResponse> HandleAsync(
        DescribeTopicPartitionsRequest request, RequestContext context)
    {
        var names = NamesOf(request);
        var start = request.Cursor.HasValue ? request.Cursor.Value : default;
        if (request.Cursor.HasValue
            && (start.PartitionIndex < 0 || (request.Topics.Count > 0 && !names.Contains(start.TopicName))))
        {
            return ValueTask.FromResult(Refuse(request));
        }

        if (request.Cursor.HasValue)
        {
            names.RemoveWhere(name => TextOrder.Instance.Compare(name, start.TopicName) < 0);
        }

        return ValueTask.FromResult(Page(request, context, names, start));
    }

    private SortedSet<Text> NamesOf(in DescribeTopicPartitionsRequest request)
    {
        var names = new SortedSet<Text>(TextOrder.Instance);
        if (request.Topics.Count == 0)
        {
            names.UnionWith(cache.Image.TopicsByName.Keys);
        }

        foreach (ref var topic in request.Topics.Span)
        {
            names.Add(topic.Name);
        }

        return names;
    }

    private static DescribeTopicPartitionsResponse Refuse(in DescribeTopicPartitionsRequest request)
    {
        var response = new DescribeTopicPartitionsResponse();
        foreach (ref var topic in request.Topics.Span)
        {
            response.Topics.Add(new DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic
            {
                ErrorCode = (short)ErrorCode.InvalidRequest,
                Name = topic.Name,
            });
        }

        return response;
    }

    private DescribeTopicPartitionsResponse Page(
        in DescribeTopicPartitionsRequest request,
        RequestContext context,
        SortedSet<Text> names,
        DescribeTopicPartitionsRequest.CursorData start)
    {
        var response = new DescribeTopicPartitionsResponse();
        var left = Math.Clamp(request.ResponsePartitionLimit, 1, config.MaxRequestPartitionSizeLimit);
        foreach (var name in names)
        {
            if (left == 0)
            {
                response.NextCursor = new DescribeTopicPartitionsResponse.Cursor { TopicName = name };
                break;
            }

            if (cache.Image.FindTopic(name) is not { } topic)
            {
                response.Topics.Add(Missing(name));
                continue;
            }

            var first = name == start.TopicName && request.Cursor.HasValue ? start.PartitionIndex : 0;
            var end = (int)Math.Min(topic.Partitions.Length, (long)first + left);
            response.Topics.Add(Describe(topic, first, end, context));
            left -= Math.Max(0, end - first);
            if (end < topic.Partitions.Length)
            {
                response.NextCursor = new DescribeTopicPartitionsResponse.Cursor { TopicName = name, PartitionIndex = end };
                break;
            }
        }

        return response;
    }

    private static DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic Missing(Text name) => new()
    {
        ErrorCode = (short)(TopicNames.IsValid(name.ToString())
            ? ErrorCode.UnknownTopicOrPartition
            : ErrorCode.InvalidTopicException),
        Name = name,
        IsInternal = TopicNames.IsInternal(name.ToString()),
        TopicAuthorizedOperations = AuthorizedOperations.Topic,
    };

    private DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic Describe(
        TopicImage topic, int first, int end, RequestContext context)
    {
        var described = new DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic
        {
            Name = topic.NameText,
            TopicId = topic.Id,
            IsInternal = TopicNames.IsInternal(topic.Name),
            TopicAuthorizedOperations = AuthorizedOperations.Topic,
        };
        for (var i = first; i < end; i++)
        {
            var partition = topic.Partitions[i];
            var leader = PartitionAvailability.LeaderOf(cache.Image, partition, context.ListenerName, out var error);
            described.Partitions.Add(new DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition
            {
                ErrorCode = (short)error,
                PartitionIndex = partition.PartitionId,
                LeaderId = leader,
                LeaderEpoch = partition.LeaderEpoch,
                ReplicaNodes = PartitionImage.ToSeq(partition.Replicas),
                IsrNodes = PartitionImage.ToSeq(partition.Isr),
                EligibleLeaderReplicas = PartitionImage.ToSeq(partition.EligibleLeaderReplicas),
                LastKnownElr = PartitionImage.ToSeq(partition.LastKnownElr),
                OfflineReplicas = PartitionAvailability.OfflineReplicas(cache.Image, partition),
            });
        }

        return described;
    }
}
