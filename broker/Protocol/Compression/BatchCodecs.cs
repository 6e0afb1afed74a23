using Deterministic.Kernel.Memory;
using Deterministic.Protocol.Records;

namespace Deterministic.Protocol.Compression;

/// <summary>
/// The codecs of the batch attributes. Owned by one shard, whose pool all output comes from; lives as long as the shard.
/// Input that is not what the codec number says raises <see cref="InvalidRecordException"/>, whatever it is.
/// </summary>
public sealed class BatchCodecs : IDisposable
{
    /// <summary>The most bytes that a batch may have when it is decompressed, unless the owner says otherwise.</summary>
    public const int DecompressedBytesMax = 128 * 1024 * 1024;

    private readonly BufferPool _pool;
    private readonly int _decompressedBytesMax;
    private readonly ZstdCodec _zstd = new();

    /// <summary>Codecs that rent from <paramref name="pool"/>.</summary>
    public BatchCodecs(BufferPool pool, int decompressedBytesMax = DecompressedBytesMax)
    {
        _pool = pool;
        _decompressedBytesMax = decompressedBytesMax;
    }

    /// <summary>Whether a codec has that number.</summary>
    public static bool IsKnown(CompressionCodec codec) => codec is >= CompressionCodec.None and <= CompressionCodec.Zstd;

    /// <inheritdoc/>
    public void Dispose() => _zstd.Dispose();

    /// <summary>The records behind <paramref name="source"/>; the caller releases them.</summary>
    /// <exception cref="InvalidRecordException">Garbage, an unknown codec, or more bytes than the limit.</exception>
    public PooledBytes Decompress(CompressionCodec codec, ReadOnlySpan<byte> source)
    {
        var output = new CodecOutput(_pool, _decompressedBytesMax);
        try
        {
            switch (codec)
            {
                case CompressionCodec.None:
                    source.CopyTo(output.Reserve(source.Length));
                    output.Advance(source.Length);
                    break;
                case CompressionCodec.Gzip:
                    GzipCodec.Decompress(source, ref output);
                    break;
                case CompressionCodec.Snappy:
                    SnappyCodec.Decompress(source, ref output);
                    break;
                case CompressionCodec.Lz4:
                    Lz4Codec.Decompress(source, ref output);
                    break;
                case CompressionCodec.Zstd:
                    _zstd.Decompress(source, ref output);
                    break;
                default:
                    throw new InvalidRecordException(ErrorCode.UnsupportedCompressionType, $"no codec has number {(int)codec}");
            }

            return output.Take();
        }
        finally
        {
            output.Dispose();
        }
    }

    /// <summary>
    /// <paramref name="source"/> compressed, behind <paramref name="prefixBytes"/> bytes that the caller fills; the
    /// caller releases it.
    /// </summary>
    public PooledBytes Compress(CompressionSetting setting, ReadOnlySpan<byte> source, int prefixBytes = 0)
    {
        var output = new CodecOutput(_pool, int.MaxValue);
        try
        {
            _ = output.Reserve(prefixBytes + source.Length);
            output.Advance(prefixBytes);
            switch (setting.Codec)
            {
                case CompressionCodec.Gzip:
                    GzipCodec.Compress(source, setting.Level, ref output);
                    break;
                case CompressionCodec.Snappy:
                    SnappyCodec.Compress(source, ref output);
                    break;
                case CompressionCodec.Lz4:
                    Lz4Codec.Compress(source, setting.Level, ref output);
                    break;
                case CompressionCodec.Zstd:
                    _zstd.Compress(source, setting.Level, ref output);
                    break;
                default:
                    Kernel.Check.That(setting.Codec == CompressionCodec.None, $"no codec has number {(int)setting.Codec}");
                    source.CopyTo(output.Reserve(source.Length));
                    output.Advance(source.Length);
                    break;
            }

            return output.Take();
        }
        finally
        {
            output.Dispose();
        }
    }
}
