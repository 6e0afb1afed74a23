using Deterministic.Host.Client;
using Deterministic.Protocol.Records;

namespace Deterministic.Host.Commands.Performance;

/// <summary>Counts records and their bytes. Lives for one command.</summary>
internal sealed class RecordCount : IRecordSink
{
    internal long Records { get; private set; }

    /// <summary>Bytes of keys and values.</summary>
    internal long Bytes { get; private set; }

    /// <inheritdoc/>
    public void Take(TopicAndPartition partition, RecordBatchHeader batch, RecordView record)
    {
        Records++;
        Bytes += record.Key.Length + record.Value.Length;
    }
}
