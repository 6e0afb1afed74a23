using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Connections;
using Deterministic.Server.Metadata;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Handlers;

/// <summary>
/// Serves Produce: sorts what was asked by owner shard and posts one append to each. The next request of the connection may
/// start at once: posts of one shard to another keep their order. Owned by the home shard, lives as long.
/// </summary>
internal sealed class ProduceHandler(BrokerShard home) : IExchangeHandler<ProduceRequest, ProduceResponse>
{
    private const int IdleConversationsMax = 256;

    private readonly Stack<ProduceConversation> _idle = new();

    /// <inheritdoc/>
    public void Handle(RequestExchange<ProduceRequest, ProduceResponse> exchange)
    {
        var conversation = _idle.TryPop(out var pooled) ? pooled : new ProduceConversation(home, this);
        ref var request = ref exchange.Request;
        conversation.Begin(exchange);
        var requestError = ErrorOf(request, out var why);
        for (var t = 0; t < request.TopicData.Count; t++)
        {
            ref var asked = ref request.TopicData[t];
            if (asked.PartitionData.Count == 0)
            {
                // Kafka answers partitions; a topic without any is not in the answer.
                continue;
            }

            var topic = exchange.Context.Version >= 13 ? home.Image.FindTopic(asked.TopicId) : home.Image.FindTopic(asked.Name);
            ref var answer = ref MessageReuse.Add(ref exchange.Response.Responses);
            answer.Name = asked.Name;
            answer.TopicId = asked.TopicId;
            for (var p = 0; p < asked.PartitionData.Count; p++)
            {
                ref var data = ref asked.PartitionData[p];
                ref var partition = ref MessageReuse.Add(ref answer.PartitionResponses);
                partition.Index = data.Index;
                partition.BaseOffset = -1;
                partition.ErrorMessage = why;
                partition.ErrorCode = (short)(requestError != ErrorCode.None
                    ? requestError
                    : Route(conversation, exchange, topic, exchange.Response.Responses.Count - 1, p, data));
            }
        }

        conversation.Start();
    }

    internal void Return(ProduceConversation conversation)
    {
        if (_idle.Count < IdleConversationsMax)
        {
            _idle.Push(conversation);
        }
    }

    // In Kafka's order: it looks at the first batch of each record set before anything else.
    private static ErrorCode ErrorOf(in ProduceRequest request, out Text why)
    {
        why = Text.Null;
        if (WhyUnreadable(request) is { } refusal)
        {
            why = refusal.Message;
            return refusal.Code;
        }

        // A batch of a transaction needs a transactional id (golden: produce/batch/transactional-bit-no-pid).
        if (request.TransactionalId.IsNull && HasTransactionalBatch(request))
        {
            return ErrorCode.TransactionalIdAuthorizationFailed;
        }

        return ErrorCode.None;
    }

    private static InvalidRecordException? WhyUnreadable(in ProduceRequest request)
    {
        foreach (ref var topic in request.TopicData)
        {
            foreach (ref var partition in topic.PartitionData)
            {
                if (BatchValidator.WhyUnreadable(partition.Records.Bytes.Span) is { } refusal)
                {
                    Mark.Hit("produce.first-batch-unreadable");
                    return refusal;
                }
            }
        }

        return null;
    }

    private static bool HasTransactionalBatch(in ProduceRequest request)
    {
        foreach (ref var topic in request.TopicData)
        {
            foreach (ref var partition in topic.PartitionData)
            {
                if (BatchValidator.IsTransactional(partition.Records.Bytes.Span))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Gives the record set to the shard that owns its partition, or says why not.</summary>
    private ErrorCode Route(
        ProduceConversation conversation,
        RequestExchange<ProduceRequest, ProduceResponse> exchange,
        TopicImage? topic,
        int topicIndex,
        int partitionIndex,
        in ProduceRequest.PartitionProduceData data)
    {
        if (topic is null)
        {
            Mark.Hit("produce.topic-unknown");
            return exchange.Context.Version >= 13 ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition;
        }

        if (topic.FindPartition(data.Index) is not { } partition)
        {
            return ErrorCode.UnknownTopicOrPartition;
        }

        if (exchange.Request.Acks is < -1 or > 1)
        {
            Mark.Hit("produce.acks-invalid");
            return ErrorCode.InvalidRequiredAcks;
        }

        if (InternalTopics.IsClosedToProducers(topic.Name))
        {
            Mark.Hit("produce.internal-topic");
            return ErrorCode.InvalidTopicException;
        }

        if (PartitionAvailability.IsElsewhere(partition, home.NodeId))
        {
            Mark.Hit("produce.not-leader");
            return ErrorCode.NotLeaderOrFollower;
        }

        conversation.Add(new ProduceItem(topicIndex, partitionIndex, new TopicIdPartition(topic.Id, data.Index), data.Records.Bytes));
        return ErrorCode.None;
    }
}
