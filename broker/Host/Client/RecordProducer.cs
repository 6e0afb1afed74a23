using Deterministic.Kernel.Memory;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Wire;

namespace Deterministic.Host.Client;

/// <summary>
/// Collects records into one batch a partition and sends them to the leaders. Not idempotent: a send that is repeated
/// after a broken connection may write twice. Lives for one command; used by one task at a time.
/// </summary>
internal sealed class RecordProducer(KafkaClient client, string topicName, CompressionCodec codec, short acks) : IDisposable
{
    private const int BatchBytesMax = 512 * 1024;
    private const int TimeoutMs = 30_000;
    private const int AttemptsMax = 10;

    private readonly BatchCodecs _codecs = new(new BufferPool());
    private readonly SortedDictionary<int, RecordBatchBuilder> _open = [];
    private MetadataResponse.MetadataResponseTopic? _topic;
    private int _sticky = -1;

    /// <summary>Records sent and, unless acks is 0, acknowledged.</summary>
    public long SentCount { get; private set; }

    /// <inheritdoc/>
    public void Dispose() => _codecs.Dispose();

    /// <summary>Adds a record; sends what was collected when a batch is full.</summary>
    public async Task AddAsync(byte[]? key, byte[]? value, IReadOnlyList<RecordHeader> headers, CancellationToken cancellation)
    {
        _topic ??= await client.TopicAsync(topicName, cancellation, mayCreate: true);
        var partition = ChoosePartition(key, _topic.Value.Partitions.Count);
        if (!_open.TryGetValue(partition, out var builder))
        {
            builder = new RecordBatchBuilder(_codecs);
            builder.Begin(new BatchOptions { Compression = CompressionSetting.Of(codec) });
            _open.Add(partition, builder);
        }

        builder.Append(
            TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), key is null ? Blob.Null : new Blob(key),
            value is null ? Blob.Null : new Blob(value), headers.ToArray());
        if (builder.SizeBytes >= BatchBytesMax)
        {
            await FlushAsync(cancellation);
        }
    }

    /// <summary>Sends what was collected and waits for the answers.</summary>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        var batches = _open.ToDictionary(pair => pair.Key, pair => (Bytes: pair.Value.BuildArray(), pair.Value.RecordCount));
        _open.Clear();
        _sticky = -1;
        for (var attempt = 1; batches.Count > 0; attempt++)
        {
            if (attempt > 1 || _topic is null)
            {
                _topic = await client.TopicAsync(topicName, cancellation, mayCreate: true);
            }

            foreach (var leader in _topic.Value.Partitions.ToArray()
                .Where(partition => batches.ContainsKey(partition.PartitionIndex)).GroupBy(partition => partition.LeaderId))
            {
                await SendAsync(leader.Key, leader.Select(partition => partition.PartitionIndex), batches, attempt == AttemptsMax, cancellation);
            }

            if (batches.Count > 0)
            {
                await KafkaClient.PauseAsync(cancellation);
            }
        }
    }

    private int ChoosePartition(byte[]? key, int partitionCount)
    {
        if (key is not null)
        {
            return Murmur2.PartitionOf(key, partitionCount);
        }

        // Records without a key share a partition until the batch is sent.
        _sticky = _sticky >= 0 ? _sticky : Random.Shared.Next(partitionCount);
        return _sticky;
    }

    private async Task SendAsync(
        int leader, IEnumerable<int> partitions, Dictionary<int, (byte[] Bytes, int RecordCount)> batches, bool isLast,
        CancellationToken cancellation)
    {
        var request = new ProduceRequest { Acks = acks, TimeoutMs = TimeoutMs };
        request.TopicData.Add(new ProduceRequest.TopicProduceData
        {
            Name = topicName,
            PartitionData = Seq<ProduceRequest.PartitionProduceData>.Of(partitions.Select(
                partition => new ProduceRequest.PartitionProduceData { Index = partition, Records = new RecordData(batches[partition].Bytes) })),
        });
        var connection = await client.NodeAsync(leader, cancellation);
        if (acks == 0)
        {
            await connection.SendOneWayAsync(request, KafkaClient.RecordsVersionMax, cancellation);
            foreach (var partition in partitions)
            {
                Acknowledge(partition, batches);
            }

            return;
        }

        var response = await connection.SendAsync<ProduceRequest, ProduceResponse>(request, cancellation, KafkaClient.RecordsVersionMax);
        foreach (var partition in response.Responses[0].PartitionResponses.ToArray())
        {
            if (partition.ErrorCode == 0)
            {
                Acknowledge(partition.Index, batches);
            }
            else if (isLast || !IsRetriable((ErrorCode)partition.ErrorCode))
            {
                KafkaClientException.ThrowOn(
                    partition.ErrorCode, $"Records for {topicName}-{partition.Index} were not written", partition.ErrorMessage.AsString());
            }
        }
    }

    private static bool IsRetriable(ErrorCode code) => code is ErrorCode.NotLeaderOrFollower or ErrorCode.LeaderNotAvailable
        or ErrorCode.UnknownTopicOrPartition or ErrorCode.NotEnoughReplicas or ErrorCode.RequestTimedOut;

    private void Acknowledge(int partition, Dictionary<int, (byte[] Bytes, int RecordCount)> batches)
    {
        SentCount += batches[partition].RecordCount;
        batches.Remove(partition);
    }
}
