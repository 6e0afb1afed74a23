using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Records;

namespace Deterministic.Simulator.Clients;

/// <summary>What a producer puts on the wire for a batch. Stateless.</summary>
internal static class ProducedBytes
{
    /// <summary>The bytes of a batch that goes out in that version.</summary>
    internal static byte[] Of(RecordBatchBuilder builder, ISender producer, ProducerLane lane, ProducerBatch batch, short version)
    {
        builder.Begin(new BatchOptions
        {
            Compression = CompressionSetting.Of(batch.Plan.Codec),
            ProducerId = producer.Identity?.ProducerId ?? -1,
            ProducerEpoch = producer.Identity?.Epoch ?? -1,
            BaseSequence = batch.Sequence,
            IsTransactional = producer.TransactionalId is not null,
        });
        var value = batch.FirstValue;
        foreach (var record in batch.Plan.Records)
        {
            var timestampMs = Math.Max(0, batch.TimestampMs + record.TimestampOffsetMs);
            StampedRecords.Append(builder, record, new RecordStamp(
                value++, lane.TopicNumber, lane.Partition, lane.TopicId, timestampMs, IsSentByName: version < ProduceRound.FirstVersionWithIds));
        }

        return builder.BuildArray();
    }

    /// <summary>A bit flipped behind the CRC, in the last byte.</summary>
    internal static byte[] Damaged(byte[] bytes)
    {
        var damaged = bytes.ToArray();
        damaged[^1] ^= 1;
        return damaged;
    }
}
