using Deterministic.Kernel.Memory;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Wire;

namespace Deterministic.Host.Client;

/// <summary>
/// Reads the records of partitions from their leaders, from positions that it moves. Lives for one command; used by one
/// task at a time.
/// </summary>
internal sealed class PartitionFetcher(KafkaClient client, bool readCommitted) : IDisposable
{
    private const int MaxWaitMs = 500;
    private const int MaxBytes = 50 * 1024 * 1024;
    private const int DefaultPartitionMaxBytes = 1024 * 1024;

    private readonly BatchCodecs _codecs = new(new BufferPool());
    private readonly Dictionary<TopicAndPartition, long> _positions = [];
    private readonly Dictionary<TopicAndPartition, int> _leaders = [];

    /// <summary>Offset of the next record of each partition.</summary>
    public IReadOnlyDictionary<TopicAndPartition, long> Positions => _positions;

    /// <summary>What to do when a position is not in the log any more: <see cref="ListedOffsets.Earliest"/> or Latest.</summary>
    public long ResetTo { get; init; } = ListedOffsets.Latest;

    /// <summary>Most bytes of one partition in one answer.</summary>
    public int PartitionMaxBytes { get; init; } = DefaultPartitionMaxBytes;

    /// <inheritdoc/>
    public void Dispose() => _codecs.Dispose();

    /// <summary>Reads other partitions from now on.</summary>
    public void Assign(IEnumerable<KeyValuePair<TopicAndPartition, long>> positions)
    {
        _positions.Clear();
        _leaders.Clear();
        foreach (var (partition, offset) in positions)
        {
            _positions[partition] = offset;
        }
    }

    /// <summary>Moves the position of a partition back, when not all that was fetched was used.</summary>
    public void Seek(TopicAndPartition partition, long offset) => _positions[partition] = offset;

    /// <summary>The next records of all partitions; waits half a second when there are none.</summary>
    public async Task<IReadOnlyList<ConsumedRecord>> FetchAsync(CancellationToken cancellation)
    {
        var records = new RecordList();
        await FetchAsync(records, cancellation);
        return records.Records;
    }

    /// <summary>Hands the next records of all partitions to a sink; waits half a second when there are none.</summary>
    public async Task FetchAsync(IRecordSink records, CancellationToken cancellation)
    {
        await FindLeadersAsync(cancellation);
        if (_leaders.Count == 0)
        {
            await KafkaClient.PauseAsync(cancellation);
            return;
        }

        var byLeader = _leaders.GroupBy(pair => pair.Value, pair => pair.Key).ToArray();
        foreach (var group in byLeader)
        {
            var connection = await client.NodeAsync(group.Key, cancellation);
            var request = Request(group, MaxWaitMs / byLeader.Length);
            var response = await connection.SendAsync<FetchRequest, FetchResponse>(
                request, cancellation, KafkaClient.RecordsVersionMax);
            KafkaClientException.ThrowOn(response.ErrorCode, "Fetch");
            foreach (var topic in response.Responses.ToArray())
            {
                foreach (var partition in topic.Partitions.ToArray())
                {
                    await TakeAsync(new TopicAndPartition(topic.Topic.ToString(), partition.PartitionIndex), partition, records, cancellation);
                }
            }
        }
    }

    private FetchRequest Request(IEnumerable<TopicAndPartition> partitions, int waitMs)
    {
        var request = new FetchRequest
        {
            MaxWaitMs = waitMs, MinBytes = 1, MaxBytes = MaxBytes, IsolationLevel = readCommitted ? (sbyte)1 : (sbyte)0,
        };
        foreach (var topic in partitions.GroupBy(partition => partition.Topic, StringComparer.Ordinal))
        {
            request.Topics.Add(new FetchRequest.FetchTopic
            {
                Topic = topic.Key,
                Partitions = Seq<FetchRequest.FetchPartition>.Of(topic.Select(partition => new FetchRequest.FetchPartition
                {
                    Partition = partition.Partition, FetchOffset = _positions[partition], PartitionMaxBytes = PartitionMaxBytes,
                })),
            });
        }

        return request;
    }

    private async Task FindLeadersAsync(CancellationToken cancellation)
    {
        foreach (var topicName in _positions.Keys.Where(partition => !_leaders.ContainsKey(partition))
            .Select(partition => partition.Topic).Distinct(StringComparer.Ordinal).ToArray())
        {
            var topic = await client.TopicAsync(topicName, cancellation);
            foreach (var partition in topic.Partitions.ToArray())
            {
                var key = new TopicAndPartition(topicName, partition.PartitionIndex);
                if (_positions.ContainsKey(key))
                {
                    _leaders[key] = partition.LeaderId;
                }
            }
        }
    }

    private async Task TakeAsync(
        TopicAndPartition key, FetchResponse.PartitionData partition, IRecordSink records, CancellationToken cancellation)
    {
        switch ((ErrorCode)partition.ErrorCode)
        {
            case ErrorCode.None:
                Read(key, partition, records);
                break;
            case ErrorCode.OffsetOutOfRange:
                var offsets = await ListedOffsets.OfAsync(client, key.Topic, [key.Partition], ResetTo, cancellation);
                _positions[key] = offsets[key.Partition];
                break;
            case ErrorCode.NotLeaderOrFollower or ErrorCode.FencedLeaderEpoch or ErrorCode.UnknownLeaderEpoch
                or ErrorCode.LeaderNotAvailable or ErrorCode.ReplicaNotAvailable or ErrorCode.UnknownTopicOrPartition:
                _leaders.Remove(key);
                await KafkaClient.PauseAsync(cancellation);
                break;
            default:
                KafkaClientException.ThrowOn(partition.ErrorCode, $"Fetch of {key}");
                break;
        }
    }

    private void Read(TopicAndPartition key, FetchResponse.PartitionData partition, IRecordSink records)
    {
        var aborted = new AbortedTransactions(partition.AbortedTransactions);
        var bytes = partition.Records.Bytes.Span;
        foreach (var batch in new RecordBatchReader(bytes))
        {
            var header = batch.Header;
            if (!batch.IsCrcValid)
            {
                throw new KafkaClientException($"The batch of {key} at offset {header.BaseOffset} is corrupt (CRC)", ErrorCode.CorruptMessage);
            }

            var isAborted = readCommitted && aborted.Covers(batch);
            if (!header.Attributes.IsControl && !isAborted)
            {
                ReadBatch(key, batch, records);
            }

            _positions[key] = Math.Max(_positions[key], header.BaseOffset + header.LastOffsetDelta + 1);
        }
    }

    private void ReadBatch(TopicAndPartition key, RecordBatchView batch, IRecordSink records)
    {
        var header = batch.Header;
        using var opened = OpenedBatch.Open(batch, _codecs);
        foreach (var record in opened.Records)
        {
            if (header.BaseOffset + record.OffsetDelta >= _positions[key])
            {
                records.Take(key, header, record);
            }
        }
    }
}
