using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Tests.Broker;

namespace Deterministic.Server.Tests.Transactions;

/// <summary>What a transactional producer says to a broker, in the versions of today (transaction version 2) unless told otherwise.</summary>
internal sealed class TransactionVerbs(TestBroker broker, string transactionalId)
{
    private readonly Dictionary<(string, int), int> _sequences = [];
    private TestClient _client = broker.Connect();

    public long ProducerId { get; set; } = -1;

    public short Epoch { get; set; } = -1;

    public TestClient Client => _client;

    public void Reconnect() => _client = broker.Connect();

    /// <summary>Finds the coordinator, which makes its topic, and takes the transactional id over.</summary>
    public InitProducerIdResponse Init(int timeoutMs = 60_000, long producerId = -1, short epoch = -1)
    {
        var find = new FindCoordinatorRequest { KeyType = 1, CoordinatorKeys = Seq<Text>.Of(Text.Of(transactionalId)) };
        Assert.Equal(0, _client.Ask<FindCoordinatorRequest, FindCoordinatorResponse>(4, find, waitMs: 1000).Coordinators[0].ErrorCode);
        var request = new InitProducerIdRequest
        {
            TransactionalId = transactionalId,
            TransactionTimeoutMs = timeoutMs,
            ProducerId = producerId,
            ProducerEpoch = epoch,
        };
        var response = _client.Ask<InitProducerIdRequest, InitProducerIdResponse>(5, request);
        if (response.ErrorCode == 0)
        {
            ProducerId = response.ProducerId;
            Epoch = response.ProducerEpoch;
            _sequences.Clear();
        }

        return response;
    }

    public ErrorCode Send(string topic, int partition, string value, short version = 12)
    {
        var key = (topic, partition);
        var sequence = _sequences.GetValueOrDefault(key);
        var request = ClientVerbs.Produce(topic, partition, Batch(ProducerId, Epoch, sequence, value));
        request.TransactionalId = transactionalId;
        var error = (ErrorCode)_client.Ask<ProduceRequest, ProduceResponse>(version, request, waitMs: 1000).Responses[0].PartitionResponses[0].ErrorCode;
        if (error == ErrorCode.None)
        {
            _sequences[key] = sequence + 1;
        }

        return error;
    }

    public EndTxnResponse End(bool isCommit, short version = 5)
    {
        var request = new EndTxnRequest { TransactionalId = transactionalId, ProducerId = ProducerId, ProducerEpoch = Epoch, Committed = isCommit };
        var response = _client.Ask<EndTxnRequest, EndTxnResponse>(version, request);
        if (response.ErrorCode == 0 && version >= 5)
        {
            ProducerId = response.ProducerId;
            Epoch = response.ProducerEpoch;
            _sequences.Clear();
        }

        return response;
    }

    public ErrorCode AddPartition(string topic, int partition)
    {
        var request = new AddPartitionsToTxnRequest
        {
            V3AndBelowTransactionalId = transactionalId,
            V3AndBelowProducerId = ProducerId,
            V3AndBelowProducerEpoch = Epoch,
            V3AndBelowTopics = Seq<AddPartitionsToTxnRequest.AddPartitionsToTxnTopic>.Of(
                new AddPartitionsToTxnRequest.AddPartitionsToTxnTopic { Name = topic, Partitions = Seq<int>.Of(partition) }),
        };
        var response = _client.Ask<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>(3, request);
        return (ErrorCode)response.ResultsByTopicV3AndBelow[0].ResultsByPartition[0].PartitionErrorCode;
    }

    public ErrorCode CommitOffset(string group, string topic, int partition, long offset, short version = 5)
    {
        var request = new TxnOffsetCommitRequest
        {
            TransactionalId = transactionalId,
            GroupId = group,
            ProducerId = ProducerId,
            ProducerEpoch = Epoch,
            MemberId = Text.Empty,
            Topics = Seq<TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic>.Of(new TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic
            {
                Name = topic,
                Partitions = Seq<TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition>.Of(
                    new TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition { PartitionIndex = partition, CommittedOffset = offset, CommittedMetadata = Text.Empty }),
            }),
        };
        return (ErrorCode)_client.Ask<TxnOffsetCommitRequest, TxnOffsetCommitResponse>(version, request, waitMs: 1000).Topics[0].Partitions[0].ErrorCode;
    }

    public (long Offset, ErrorCode Error) FetchOffset(string group, string topic, int partition, bool requireStable = false)
    {
        var request = new OffsetFetchRequest
        {
            RequireStable = requireStable,
            Groups = Seq<OffsetFetchRequest.OffsetFetchRequestGroup>.Of(new OffsetFetchRequest.OffsetFetchRequestGroup
            {
                GroupId = group,
                Topics = Seq<OffsetFetchRequest.OffsetFetchRequestTopics>.Of(
                    new OffsetFetchRequest.OffsetFetchRequestTopics { Name = topic, PartitionIndexes = Seq<int>.Of(partition) }),
            }),
        };
        var answer = _client.Ask<OffsetFetchRequest, OffsetFetchResponse>(8, request).Groups[0].Topics[0].Partitions[0];
        return (answer.CommittedOffset, (ErrorCode)answer.ErrorCode);
    }

    /// <summary>State, epoch and partitions as administrators see them.</summary>
    public DescribeTransactionsResponse.DescribedTransaction Describe()
    {
        var request = new DescribeTransactionsRequest { TransactionalIds = Seq<Text>.Of(Text.Of(transactionalId)) };
        return _client.Ask<DescribeTransactionsRequest, DescribeTransactionsResponse>(0, request).TransactionStates[0];
    }

    /// <summary>What a read_committed consumer gets: the values that no aborted transaction wrote, and the last stable offset.</summary>
    public (List<string> Values, long LastStableOffset) ReadCommitted(string topic, int partition)
    {
        var request = ClientVerbs.Fetch(topic, (partition, 0));
        request.IsolationLevel = 1;
        var data = _client.Fetch(request).Responses[0].Partitions[0];
        var values = new List<string>();
        var aborted = data.AbortedTransactions.ToArray().ToList();
        Assert.Equal(aborted.OrderBy(t => t.FirstOffset), aborted);
        var dropping = new HashSet<long>();
        foreach (var batch in new RecordBatchReader(data.Records.Bytes.Span))
        {
            var lastOffset = batch.Header.LastOffset;
            foreach (var transaction in aborted.Where(t => t.FirstOffset <= lastOffset).ToList())
            {
                dropping.Add(transaction.ProducerId);
                aborted.Remove(transaction);
            }

            if (batch.Header.Attributes.IsControl)
            {
                dropping.Remove(batch.Header.ProducerId);
                continue;
            }

            foreach (var record in batch.Records)
            {
                if (!batch.Header.Attributes.IsTransactional || !dropping.Contains(batch.Header.ProducerId))
                {
                    values.Add(System.Text.Encoding.UTF8.GetString(record.Value));
                }
            }
        }

        return (values, data.LastStableOffset);
    }

    private static byte[] Batch(long producerId, short epoch, int sequence, string value)
    {
        var builder = new RecordBatchBuilder();
        builder.Begin(new BatchOptions { ProducerId = producerId, ProducerEpoch = epoch, BaseSequence = sequence, IsTransactional = true });
        builder.Append(1_795_420_000_000, Blob.Null, new Blob(System.Text.Encoding.UTF8.GetBytes(value)));
        return builder.BuildArray();
    }
}
