using System.Buffers.Binary;
using Deterministic.Protocol.Compression;

namespace Deterministic.Protocol.Records;

/// <summary>Changes of a produced batch on its way into the log. Owned by one shard.</summary>
internal sealed class BatchRewriter(BatchCodecs codecs)
{
    private const int AttributesPosition = RecordBatchHeader.CrcCoveragePosition;
    private const int MaxTimestampPosition = 35;
    private const int TimestampEnd = 43;

    private readonly RecordBatchBuilder _builder = new();

    /// <summary>
    /// Sets timestamp type and greatest timestamp in place. The checksum follows from the old one and the few bytes that
    /// change, so the records are not read again.
    /// </summary>
    internal static void SetTimestamp(Span<byte> batch, bool isLogAppendTime, long maxTimestamp)
    {
        var header = new RecordBatchHeader(batch);
        var attributes = header.Attributes.With(isLogAppendTime);
        if (attributes == header.Attributes && maxTimestamp == header.MaxTimestamp)
        {
            return;
        }

        var crc = header.Crc;
        var changed = batch[AttributesPosition..TimestampEnd];
        var before = Crc32C.Compute(changed);
        BinaryPrimitives.WriteInt16BigEndian(batch[AttributesPosition..], attributes.Bits);
        BinaryPrimitives.WriteInt64BigEndian(batch[MaxTimestampPosition..], maxTimestamp);
        crc = Crc32C.Replace(crc, before, Crc32C.Compute(changed), batch.Length - TimestampEnd);
        BinaryPrimitives.WriteUInt32BigEndian(batch[RecordBatchHeader.CrcPosition..], crc);
    }

    /// <summary>The batch with another codec, its records at consecutive offsets if they were not; the caller releases it.</summary>
    internal PooledBytes Rebuild(in OpenedBatch opened, CompressionSetting target, bool isSequential)
    {
        var records = isSequential ? opened.RecordBytes : Renumber(opened);
        var rebuilt = codecs.Compress(target, records, RecordBatchHeader.SizeBytes);
        var batch = rebuilt.Span;
        opened.Batch.Bytes[..RecordBatchHeader.SizeBytes].CopyTo(batch);
        BinaryPrimitives.WriteInt32BigEndian(batch[8..], batch.Length - RecordBatchHeader.LogOverheadBytes);
        BinaryPrimitives.WriteInt16BigEndian(batch[AttributesPosition..], opened.Batch.Header.Attributes.With(target.Codec).Bits);
        RecordBatchView.SealCrc(batch);
        return rebuilt;
    }

    // Records keep their timestamps relative to the base timestamp of the batch, which stays.
    private ReadOnlySpan<byte> Renumber(in OpenedBatch opened)
    {
        var offsetDelta = 0;
        _builder.Begin(new BatchOptions());
        foreach (var record in opened.Records)
        {
            _builder.AppendDelta(offsetDelta++, record.TimestampDelta, record);
        }

        return _builder.RecordBytes;
    }
}
