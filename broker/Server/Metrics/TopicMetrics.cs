namespace Deterministic.Server.Metrics;

/// <summary>Counters of one topic, or of all, on one shard, which owns them. Live until the topic is deleted.</summary>
public sealed class TopicMetrics
{
    /// <summary>Records appended: by producers, and by this node for groups and transactions.</summary>
    public long MessagesIn { get; private set; }

    /// <summary>Their batches' bytes.</summary>
    public long BytesIn { get; private set; }

    /// <summary>Bytes of record batches in answers to Fetch.</summary>
    public long BytesOut { get; private set; }

    /// <summary>Bytes that were refused because a batch is larger than allowed.</summary>
    public long BytesRejected { get; private set; }

    /// <summary>Partitions that requests to produce named.</summary>
    public long ProduceRequests { get; private set; }

    /// <summary>Those that failed for another reason than the client's view of the cluster.</summary>
    public long FailedProduceRequests { get; private set; }

    /// <summary>Partitions that fetches read.</summary>
    public long FetchRequests { get; private set; }

    /// <summary>Those that failed for another reason than the client's view of the cluster.</summary>
    public long FailedFetchRequests { get; private set; }

    internal void OnAppended(long records, long bytes)
    {
        MessagesIn += records;
        BytesIn += bytes;
    }

    internal void OnSent(long bytes) => BytesOut += bytes;

    internal void OnRejected(long bytes) => BytesRejected += bytes;

    internal void OnProduce() => ProduceRequests++;

    internal void OnProduceFailed() => FailedProduceRequests++;

    internal void OnFetch() => FetchRequests++;

    internal void OnFetchFailed() => FailedFetchRequests++;
}
