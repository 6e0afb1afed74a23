using System.Text;
using Deterministic.Protocol.Records;

namespace Deterministic.Host.Client;

/// <summary>Keeps records as the command line shows them. Lives for one fetch.</summary>
internal sealed class RecordList : IRecordSink
{
    private readonly List<ConsumedRecord> _records = [];

    /// <summary>All that came.</summary>
    public IReadOnlyList<ConsumedRecord> Records => _records;

    /// <inheritdoc/>
    public void Take(TopicAndPartition partition, RecordBatchHeader batch, RecordView record)
    {
        var headers = new List<KeyValuePair<string, byte[]?>>();
        foreach (var entry in record.Headers)
        {
            headers.Add(new(Encoding.UTF8.GetString(entry.Key), entry.IsValueNull ? null : entry.Value.ToArray()));
        }

        var isAppendTime = batch.Attributes.IsLogAppendTime;
        _records.Add(new ConsumedRecord(
            partition.Topic, partition.Partition, batch.BaseOffset + record.OffsetDelta,
            isAppendTime ? batch.MaxTimestamp : batch.BaseTimestamp + record.TimestampDelta,
            isAppendTime, record.IsKeyNull ? null : record.Key.ToArray(), record.IsValueNull ? null : record.Value.ToArray(), headers));
    }
}
