using Deterministic.Protocol.Compression;

namespace Deterministic.Protocol.Records;

/// <summary>
/// A batch whose records can be walked: those of an uncompressed batch where they stand, else decompressed into a rented
/// buffer that <see cref="Dispose"/> gives back. Lives as long as the bytes of the batch.
/// </summary>
public ref struct OpenedBatch : IDisposable
{
    private readonly ReadOnlySpan<byte> _records;
    private PooledBytes? _decompressed;

    private OpenedBatch(RecordBatchView batch, ReadOnlySpan<byte> records, PooledBytes? decompressed)
    {
        Batch = batch;
        _records = records;
        _decompressed = decompressed;
    }

    /// <summary>The batch.</summary>
    public RecordBatchView Batch { get; }

    /// <summary>Its records, from the first.</summary>
    public readonly RecordReader Records => new(_records, Batch.Header.RecordCount);

    /// <summary>Its records as bytes, uncompressed.</summary>
    public readonly ReadOnlySpan<byte> RecordBytes => _records;

    /// <summary>Opens a batch.</summary>
    /// <exception cref="InvalidRecordException">It cannot be decompressed.</exception>
    public static OpenedBatch Open(RecordBatchView batch, BatchCodecs codecs)
    {
        var codec = batch.Header.Attributes.Codec;
        if (codec == CompressionCodec.None)
        {
            return new OpenedBatch(batch, batch.RecordBytes, null);
        }

        var decompressed = codecs.Decompress(codec, batch.RecordBytes);
        return new OpenedBatch(batch, decompressed.Span, decompressed);
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        _decompressed?.Release();
        _decompressed = null;
    }
}
