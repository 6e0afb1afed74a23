using System.Buffers.Binary;
using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Records;

/// <summary>
/// Builds record batches v2, one after the other: <see cref="Begin"/>, <see cref="Append(long, Blob, Blob, ReadOnlySpan{RecordHeader})"/>
/// for each record, <see cref="Build"/>. Keeps its memory from batch to batch. Owned by whoever writes to an internal
/// topic or the metadata log.
/// </summary>
public sealed class RecordBatchBuilder
{
    /// <summary>The most bytes of a batch before compression.</summary>
    public const int BatchBytesMax = BatchCodecs.DecompressedBytesMax;

    private const int FirstBytes = 1024;

    private readonly BatchCodecs? _codecs;
    private byte[] _bytes = new byte[FirstBytes];
    private BatchOptions _options = new();
    private int _size = RecordBatchHeader.SizeBytes;
    private int _lastOffsetDelta = -1;
    private long _baseTimestamp = -1;
    private long _maxTimestamp = -1;

    /// <summary>A builder of uncompressed batches, or of all if there are codecs.</summary>
    public RecordBatchBuilder(BatchCodecs? codecs = null)
    {
        _codecs = codecs;
    }

    /// <summary>Records so far.</summary>
    public int RecordCount { get; private set; }

    /// <summary>Bytes so far, before compression, header included.</summary>
    public int SizeBytes => _size;

    /// <summary>Bytes that a record with one-byte deltas takes at most, to see whether it still fits.</summary>
    public static int RecordBytesMax(int keyBytes, int valueBytes) =>
        keyBytes + valueBytes + (4 * Varint.BytesMax) + Varint.LongBytesMax + 1;

    /// <summary>Starts a batch without records; what was built before is gone.</summary>
    public void Begin(in BatchOptions options)
    {
        Kernel.Check.That(
            _codecs is not null || options.Compression.Codec == CompressionCodec.None,
            $"a batch is to be compressed with {options.Compression.Codec} and the builder has no codecs");
        _options = options;
        _size = RecordBatchHeader.SizeBytes;
        RecordCount = 0;
        _lastOffsetDelta = -1;
        _baseTimestamp = -1;
        _maxTimestamp = -1;
    }

    /// <summary>Adds a record at the next offset.</summary>
    public void Append(long timestampMs, Blob key, Blob value, ReadOnlySpan<RecordHeader> headers = default) =>
        Append(_lastOffsetDelta + 1, timestampMs, key, value, headers);

    /// <summary>Adds a record at an offset further on, as compaction leaves them.</summary>
    public void Append(int offsetDelta, long timestampMs, Blob key, Blob value, ReadOnlySpan<RecordHeader> headers)
    {
        var headerBytes = Varint.SizeOf(headers.Length);
        foreach (ref readonly var header in headers)
        {
            Kernel.Check.That(!header.Key.IsNull, $"a record header needs a key");
            headerBytes += SizeOf(header.Key.Utf8.Length, isNull: false) + SizeOf(header.Value.Bytes.Length, header.Value.IsNull);
        }

        BeginBatch(timestampMs);
        BeginRecord(0, offsetDelta, timestampMs - _baseTimestamp, SizeOf(key) + SizeOf(value) + headerBytes);
        Write(key.Bytes.Span, key.IsNull);
        Write(value.Bytes.Span, value.IsNull);
        _size += Varint.Write(_bytes.AsSpan(_size), headers.Length);
        foreach (ref readonly var header in headers)
        {
            Write(header.Key.Utf8.Span, isNull: false);
            Write(header.Value.Bytes.Span, header.Value.IsNull);
        }
    }

    /// <summary>Adds a copy of a record at another offset and time.</summary>
    public void Append(int offsetDelta, long timestampMs, in RecordView record)
    {
        BeginBatch(timestampMs);
        AppendDelta(offsetDelta, timestampMs - _baseTimestamp, record);
    }

    /// <summary>The whole batch, sealed. The bytes are the builder's: they are good until the next <see cref="Begin"/>.</summary>
    public ReadOnlyMemory<byte> Build()
    {
        var size = _size;
        if (_options.Compression.Codec != CompressionCodec.None)
        {
            var compressed = _codecs!.Compress(_options.Compression, _bytes.AsSpan(RecordBatchHeader.SizeBytes.._size));
            size = RecordBatchHeader.SizeBytes + compressed.Length;
            Ensure(size);
            compressed.Span.CopyTo(_bytes.AsSpan(RecordBatchHeader.SizeBytes));
            compressed.Release();
        }

        WriteHeader(_bytes.AsSpan(0, size));
        RecordBatchView.SealCrc(_bytes.AsSpan(0, size));
        return _bytes.AsMemory(0, size);
    }

    /// <summary>The whole batch in memory of its own.</summary>
    public byte[] BuildArray() => Build().ToArray();

    /// <summary>The records so far, without a header.</summary>
    internal ReadOnlySpan<byte> RecordBytes => _bytes.AsSpan(RecordBatchHeader.SizeBytes.._size);

    /// <summary>Adds a copy of a record whose timestamp counts from a base that the caller knows.</summary>
    internal void AppendDelta(int offsetDelta, long timestampDelta, in RecordView record)
    {
        var headerBytes = Varint.SizeOf(record.HeaderCount);
        foreach (var header in record.Headers)
        {
            headerBytes += SizeOf(header.Key.Length, isNull: false) + SizeOf(header.Value.Length, header.IsValueNull);
        }

        var keyAndValue = SizeOf(record.Key.Length, record.IsKeyNull) + SizeOf(record.Value.Length, record.IsValueNull);
        BeginRecord(record.Attributes, offsetDelta, timestampDelta, keyAndValue + headerBytes);
        Write(record.Key, record.IsKeyNull);
        Write(record.Value, record.IsValueNull);
        _size += Varint.Write(_bytes.AsSpan(_size), record.HeaderCount);
        foreach (var header in record.Headers)
        {
            Write(header.Key, isNull: false);
            Write(header.Value, header.IsValueNull);
        }
    }

    private void WriteHeader(Span<byte> batch)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch, _options.BaseOffset);
        BinaryPrimitives.WriteInt32BigEndian(batch[8..], batch.Length - RecordBatchHeader.LogOverheadBytes);
        BinaryPrimitives.WriteInt32BigEndian(batch[12..], _options.PartitionLeaderEpoch);
        batch[RecordBatchHeader.MagicPosition] = (byte)RecordBatchHeader.CurrentMagic;
        BinaryPrimitives.WriteInt16BigEndian(batch[21..], _options.AttributeBits);
        BinaryPrimitives.WriteInt32BigEndian(batch[23..], _lastOffsetDelta);
        BinaryPrimitives.WriteInt64BigEndian(batch[27..], _baseTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[35..], _options.AppendTimeMs ?? _maxTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[43..], _options.ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(batch[51..], _options.ProducerEpoch);
        BinaryPrimitives.WriteInt32BigEndian(batch[53..], _options.BaseSequence);
        BinaryPrimitives.WriteInt32BigEndian(batch[57..], RecordCount);
    }

    private void BeginBatch(long timestampMs)
    {
        _baseTimestamp = RecordCount == 0 ? timestampMs : _baseTimestamp;
        _maxTimestamp = RecordCount == 0 ? timestampMs : Math.Max(_maxTimestamp, timestampMs);
    }

    private void BeginRecord(byte attributes, int offsetDelta, long timestampDelta, int restBytes)
    {
        Kernel.Check.That(offsetDelta > _lastOffsetDelta, $"offset delta {offsetDelta} follows {_lastOffsetDelta}");
        var length = 1 + Varint.SizeOf(timestampDelta) + Varint.SizeOf(offsetDelta) + restBytes;
        Ensure(checked(_size + Varint.BytesMax + length));
        _size += Varint.Write(_bytes.AsSpan(_size), length);
        _bytes[_size++] = attributes;
        _size += Varint.Write(_bytes.AsSpan(_size), timestampDelta);
        _size += Varint.Write(_bytes.AsSpan(_size), offsetDelta);
        _lastOffsetDelta = offsetDelta;
        RecordCount++;
    }

    private static int SizeOf(Blob bytes) => SizeOf(bytes.Bytes.Length, bytes.IsNull);

    private static int SizeOf(int length, bool isNull) => isNull ? 1 : Varint.SizeOf(length) + length;

    private void Write(ReadOnlySpan<byte> bytes, bool isNull)
    {
        _size += Varint.Write(_bytes.AsSpan(_size), isNull ? -1 : bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_size));
        _size += bytes.Length;
    }

    private void Ensure(int sizeBytes)
    {
        Kernel.Check.That(sizeBytes <= BatchBytesMax, $"a batch grows to {sizeBytes} bytes; the limit is {BatchBytesMax}");
        if (_bytes.Length < sizeBytes)
        {
            Array.Resize(ref _bytes, Math.Max(sizeBytes, (int)Math.Min(BatchBytesMax, 2L * _bytes.Length)));
        }
    }
}
