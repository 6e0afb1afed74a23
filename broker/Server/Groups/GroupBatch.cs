using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Transactions;

namespace Deterministic.Server.Groups;

/// <summary>Turns records of <c>__consumer_offsets</c> into record batches and back. Owned by the coordinator of its shard.</summary>
internal sealed class GroupBatch(BatchCodecs codecs)
{
    private readonly RecordBatchBuilder _builder = new();

    /// <summary>
    /// One batch with the records, all of the same time; of a transaction if a producer is given. Its bytes are nobody else's: the
    /// log may keep them until they are written.
    /// </summary>
    internal Memory<byte> Build(
        IReadOnlyList<GroupRecord> records, long timestampMs, long producerId = GroupPartition.NoProducerId, short producerEpoch = -1)
    {
        var isTransactional = producerId != GroupPartition.NoProducerId;
        _builder.Begin(new BatchOptions
        {
            ProducerId = producerId,
            ProducerEpoch = producerEpoch,
            BaseSequence = isTransactional ? 0 : -1,
            IsTransactional = isTransactional,
        });
        foreach (var record in records)
        {
            _builder.Append(timestampMs, record.Key, record.Value);
        }

        return _builder.BuildArray();
    }

    /// <summary>A batch with the marker that ends a transaction.</summary>
    internal Memory<byte> Build(in TransactionMarker marker, long timestampMs)
    {
        marker.Build(_builder, timestampMs);
        return _builder.BuildArray();
    }

    /// <summary>Replays whole batches as they stand in the log.</summary>
    /// <exception cref="InvalidRecordException">A batch cannot be read.</exception>
    internal void Replay(GroupPartition partition, ReadOnlySpan<byte> batches)
    {
        foreach (var batch in new RecordBatchReader(batches))
        {
            using var opened = OpenedBatch.Open(batch, codecs);
            if (batch.Header.Attributes.IsControl)
            {
                ReplayControl(partition, opened);
            }
            else
            {
                ReplayRecords(partition, opened);
            }
        }
    }

    private static void ReplayControl(GroupPartition partition, OpenedBatch batch)
    {
        foreach (var record in batch.Records)
        {
            if (ControlRecords.TryReadType(record.Key, out var type) && type is ControlRecordType.Commit or ControlRecordType.Abort)
            {
                partition.ReplayMarker(batch.Batch.Header.ProducerId, type == ControlRecordType.Commit);
            }
        }
    }

    private static void ReplayRecords(GroupPartition partition, OpenedBatch batch)
    {
        var header = batch.Batch.Header;
        var producerId = header.Attributes.IsTransactional ? header.ProducerId : GroupPartition.NoProducerId;
        foreach (var record in batch.Records)
        {
            var value = record.IsValueNull ? Blob.Null : new Blob(record.Value.ToArray());
            partition.Replay(record.Key.ToArray(), value, producerId, header.BaseOffset + record.OffsetDelta);
        }
    }
}
