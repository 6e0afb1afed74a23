using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Described = Deterministic.Protocol.Apis.DescribeTransactionsResponse.DescribedTransaction;

namespace Deterministic.Server.Transactions;

/// <summary>What administrators are shown of transactions. Stateless.</summary>
internal static class TransactionListings
{
    internal static Described Failed(Text id, ErrorCode error) => new()
    {
        ErrorCode = (short)error,
        TransactionalId = id,
        TransactionState = Text.Empty,
    };

    internal static Described Describe(TransactionalId? id, Text asked)
    {
        if (id?.Metadata is not { } metadata)
        {
            return Failed(asked, ErrorCode.TransactionalIdNotFound);
        }

        var described = new Described
        {
            TransactionalId = id.Id,
            TransactionState = metadata.State.ToString(),
            TransactionTimeoutMs = metadata.TimeoutMs,
            TransactionStartTimeMs = metadata.StartMs,
            ProducerId = metadata.ProducerId,
            ProducerEpoch = metadata.ProducerEpoch,
        };
        foreach (var topic in metadata.Partitions.GroupBy(partition => partition.Topic, StringComparer.Ordinal))
        {
            described.Topics.Add(new DescribeTransactionsResponse.TopicData
            {
                Topic = topic.Key,
                Partitions = Seq<int>.Of(topic.Select(partition => partition.Partition)),
            });
        }

        return described;
    }

    internal static void List(TransactionPartition partition, TransactionFilter filter, long nowMs, ref ListTransactionsResponse response)
    {
        foreach (var (_, id) in partition.Ids)
        {
            if (id.Metadata is { } metadata && filter.Matches(id.Id, metadata, nowMs))
            {
                response.TransactionStates.Add(new ListTransactionsResponse.ListedTransaction
                {
                    TransactionalId = id.Id,
                    ProducerId = metadata.ProducerId,
                    TransactionState = metadata.State.ToString(),
                });
            }
        }
    }
}
