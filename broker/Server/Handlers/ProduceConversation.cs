using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Handlers;

/// <summary>
/// One produce request under way: the parts that are out on other shards, and the response they come back to. Owned by the
/// home shard; pooled by its handler.
/// </summary>
internal sealed class ProduceConversation(BrokerShard home, ProduceHandler handler) : IProduceHome
{
    private readonly DelayedProduce?[] _parts = new DelayedProduce?[home.Map.ShardCount];
    private RequestExchange<ProduceRequest, ProduceResponse>? _exchange;
    private int _outstanding;

    internal void Begin(RequestExchange<ProduceRequest, ProduceResponse> exchange)
    {
        _exchange = exchange;
    }

    /// <summary>Adds what belongs to one partition.</summary>
    internal void Add(in ProduceItem item)
    {
        var owner = home.Map.OwnerOf(item.Partition.TopicId, item.Partition.PartitionId);
        (_parts[owner] ??= new DelayedProduce()).Items.Add(item);
    }

    /// <summary>Everything was added.</summary>
    internal void Start()
    {
        var request = _exchange!.Request;
        var isTimed = _exchange.Quotas?.Request is not null;
        _outstanding = 1;
        for (var i = 0; i < _parts.Length; i++)
        {
            if (_parts[i] is { Items.Count: > 0 } part)
            {
                _outstanding++;
                part.IsTimed = isTimed;
                part.Start(this, home, home.Peers[i], request.Acks, _exchange.Context.Version, request.TransactionalId);
            }
        }

        home.Metrics.WaitingProduces++;
        MaybeFinish();
    }

    /// <inheritdoc/>
    public void OnAppended(DelayedProduce part)
    {
        for (var i = 0; i < part.Items.Count; i++)
        {
            var item = part.Items[i];
            ref var answer = ref _exchange!.Response.Responses[item.TopicIndex].PartitionResponses[item.PartitionIndex];
            Answer(ref answer, part.Results[i]);
        }

        _exchange!.Context.ThreadTicks += part.OwnerTicks;
        part.Items.Clear();
        MaybeFinish();
    }

    private static void Answer(ref ProduceResponse.PartitionProduceResponse answer, in PartitionAppend result)
    {
        answer.ErrorCode = (short)result.Error;
        answer.BaseOffset = result.BaseOffset;
        answer.LogAppendTimeMs = result.LogAppendTimeMs;
        answer.LogStartOffset = result.LogStartOffset;
        if (result.Error == ErrorCode.None)
        {
            return;
        }

        answer.ErrorMessage = result.Message;
        answer.CurrentLeader.LeaderId = result.CurrentLeaderId;
        answer.CurrentLeader.LeaderEpoch = result.CurrentLeaderEpoch;
        foreach (var error in result.RecordErrors ?? [])
        {
            answer.RecordErrors.Add(new ProduceResponse.BatchIndexAndErrorMessage
            {
                BatchIndex = error.BatchIndex,
                BatchIndexErrorMessage = error.Message,
            });
        }
    }

    private void MaybeFinish()
    {
        if (--_outstanding > 0)
        {
            return;
        }

        home.Metrics.WaitingProduces--;
        var exchange = _exchange!;
        _exchange = null;
        if (exchange.Request.Acks == 0)
        {
            EndUnanswered(exchange);
        }

        handler.Return(this);
        exchange.Complete();
    }

    /// <summary>With acks=0 there is no response that could tell of an error: the connection is closed, so that the client looks again.</summary>
    private static void EndUnanswered(RequestExchange<ProduceRequest, ProduceResponse> exchange)
    {
        exchange.Context.LeaveUnanswered();
        foreach (ref var topic in exchange.Response.Responses)
        {
            foreach (ref var partition in topic.PartitionResponses)
            {
                if (partition.ErrorCode != 0)
                {
                    Mark.Hit("produce.acks-0-failed");
                    exchange.Context.Close($"acks=0, and appending to {topic.Name}{(topic.TopicId.IsZero ? "" : topic.TopicId)}-{partition.Index} failed with {ErrorCodes.NameOf((ErrorCode)partition.ErrorCode)}");
                    return;
                }
            }
        }
    }
}
