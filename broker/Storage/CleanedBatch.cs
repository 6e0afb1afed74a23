using System.Buffers.Binary;
using Deterministic.Kernel;
using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Records;

namespace Deterministic.Storage;

/// <summary>
/// Rewrites a batch without the records that compaction drops: base offset, last offset, sequences and epochs stay (KIP-534
/// for tombstones, and for the markers of transactions of which nothing is left: the batch is stamped with a delete horizon, from when on
/// they go). Keeps its memory from batch to batch.
/// </summary>
internal sealed class CleanedBatch
{
    private const short DeleteHorizonBit = 0x40;
    private const int AttributesPosition = 21;
    private const int BaseTimestampPosition = 27;
    private const int MaxTimestampPosition = 35;
    private const int RecordCountPosition = 57;
    private byte[] _bytes = new byte[4096];
    private bool[] _stays = [];
    private int _size;

    /// <summary>The batch as it is to stay: the same bytes, fewer, or none. Good until the next call.</summary>
    internal ReadOnlySpan<byte> Rewrite(ReadOnlySpan<byte> batch, in CleaningRules rules)
    {
        var header = new RecordBatchHeader(batch);
        using var opened = OpenedBatch.Open(new RecordBatchView(batch), rules.Codecs);
        var horizon = header.Attributes.HasDeleteHorizon ? header.BaseTimestamp : -1;
        var dropsTombstones = horizon >= 0 && rules.NowMs > horizon;
        var (kept, tombstones) = Count(opened, rules, dropsTombstones);
        var stampsHorizon = (tombstones > 0 || rules.EndsNothing) && horizon < 0;
        if (kept == header.RecordCount && kept > 0 && !stampsHorizon)
        {
            return batch;
        }

        if (kept == 0)
        {
            return rules.IsKeptEmpty ? Empty(batch) : [];
        }

        Mark.Hit("cleaner.batch-rewritten");
        var newHorizon = stampsHorizon ? rules.NowMs + rules.DeleteRetentionMs : horizon;
        return Copy(batch, opened, rules, newHorizon);
    }

    private (int Kept, int Tombstones) Count(in OpenedBatch opened, in CleaningRules rules, bool dropsTombstones)
    {
        var kept = 0;
        var tombstones = 0;
        var number = 0;
        if (_stays.Length < opened.Batch.Header.RecordCount)
        {
            _stays = new bool[opened.Batch.Header.RecordCount];
        }

        foreach (var record in opened.Records)
        {
            var stays = Stays(opened, record, rules, dropsTombstones);
            _stays[number++] = stays;
            if (stays)
            {
                kept++;
                tombstones += record.IsValueNull && !opened.Batch.Header.Attributes.IsControl ? 1 : 0;
            }
        }

        return (kept, tombstones);
    }

    private static bool Stays(in OpenedBatch opened, in RecordView record, in CleaningRules rules, bool dropsTombstones) =>
        opened.Batch.Header.Attributes.IsControl ? !(rules.EndsNothing && dropsTombstones)
        : !rules.IsAborted && !record.IsKeyNull
        && rules.Map.LatestOf(record.Key) <= opened.Batch.Header.BaseOffset + record.OffsetDelta
        && !(record.IsValueNull && dropsTombstones);

    /// <summary>A batch without records that keeps a producer's last sequence, or the end of the log.</summary>
    private Span<byte> Empty(ReadOnlySpan<byte> batch)
    {
        Mark.Hit("cleaner.batch-kept-empty");
        _size = RecordBatchHeader.SizeBytes;
        batch[.._size].CopyTo(_bytes);
        return Seal(0, new RecordBatchHeader(batch).Attributes.Bits & ~0x07);
    }

    private Span<byte> Copy(
        ReadOnlySpan<byte> batch, scoped in OpenedBatch opened, in CleaningRules rules, long horizon)
    {
        var header = new RecordBatchHeader(batch);
        var baseTimestamp = horizon >= 0 ? horizon : header.BaseTimestamp;
        var maxTimestamp = long.MinValue;
        var count = 0;
        Ensure(RecordBatchHeader.SizeBytes);
        _size = RecordBatchHeader.SizeBytes;
        batch[.._size].CopyTo(_bytes);
        var records = opened.Records;
        var number = 0;
        var at = 0;
        while (records.MoveNext())
        {
            var record = records.Current;
            var raw = opened.RecordBytes[at..records.Position];
            at = records.Position;
            if (_stays[number++])
            {
                var timestamp = header.BaseTimestamp + record.TimestampDelta;
                maxTimestamp = Math.Max(maxTimestamp, timestamp);
                AppendRecord(raw, timestamp - baseTimestamp);
                count++;
            }
        }

        Compress(header.Attributes.Codec, rules.Codecs);
        BinaryPrimitives.WriteInt64BigEndian(_bytes.AsSpan(BaseTimestampPosition), baseTimestamp);
        if (!header.Attributes.IsLogAppendTime)
        {
            BinaryPrimitives.WriteInt64BigEndian(_bytes.AsSpan(MaxTimestampPosition), maxTimestamp);
        }

        return Seal(count, horizon >= 0 ? header.Attributes.Bits | DeleteHorizonBit : header.Attributes.Bits & ~DeleteHorizonBit);
    }

    /// <summary>Copies a record with another timestamp delta; everything behind the delta stays byte for byte.</summary>
    private void AppendRecord(ReadOnlySpan<byte> raw, long timestampDelta)
    {
        var at = 0;
        _ = Varint.TryRead(raw, ref at, out int _);
        var attributes = raw[at++];
        _ = Varint.TryRead(raw, ref at, out long _);
        var rest = raw[at..];
        var length = 1 + Varint.SizeOf(timestampDelta) + rest.Length;
        Ensure(_size + Varint.BytesMax + length);
        _size += Varint.Write(_bytes.AsSpan(_size), length);
        _bytes[_size++] = attributes;
        _size += Varint.Write(_bytes.AsSpan(_size), timestampDelta);
        rest.CopyTo(_bytes.AsSpan(_size));
        _size += rest.Length;
    }

    private void Compress(CompressionCodec codec, BatchCodecs codecs)
    {
        if (codec == CompressionCodec.None)
        {
            return;
        }

        var compressed = codecs.Compress(CompressionSetting.Of(codec), _bytes.AsSpan(RecordBatchHeader.SizeBytes.._size));
        _size = RecordBatchHeader.SizeBytes + compressed.Length;
        Ensure(_size);
        compressed.Span.CopyTo(_bytes.AsSpan(RecordBatchHeader.SizeBytes));
        compressed.Release();
    }

    private Span<byte> Seal(int recordCount, int attributes)
    {
        var bytes = _bytes.AsSpan(0, _size);
        BinaryPrimitives.WriteInt32BigEndian(bytes[8..], _size - RecordBatchHeader.LogOverheadBytes);
        BinaryPrimitives.WriteInt16BigEndian(bytes[AttributesPosition..], (short)attributes);
        BinaryPrimitives.WriteInt32BigEndian(bytes[RecordCountPosition..], recordCount);
        RecordBatchView.SealCrc(bytes);
        return bytes;
    }

    private void Ensure(int sizeBytes)
    {
        if (_bytes.Length < sizeBytes)
        {
            Array.Resize(ref _bytes, Math.Max(sizeBytes, _bytes.Length * 2));
        }
    }
}
