using Deterministic.Protocol.Records;

namespace Deterministic.Host.Client;

/// <summary>Takes what a fetcher reads, record by record, without keeping it alive.</summary>
internal interface IRecordSink
{
    /// <summary>A record and the header of its batch.</summary>
    void Take(TopicAndPartition partition, RecordBatchHeader batch, RecordView record);
}
