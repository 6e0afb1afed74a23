using Deterministic.Protocol.Records;
using ZstdSharp;

namespace Deterministic.Protocol.Compression;

/// <summary>
/// Zstandard (KIP-110), one or more frames. Frames are decompressed in one piece, so no window is allocated whatever size
/// they state. Owned by one shard; keeps the library's state from call to call.
/// </summary>
internal sealed class ZstdCodec : IDisposable
{
    private const int FirstGuessBytes = 64 * 1024;
    private const int FirstGuessRatio = 16;

    private Decompressor? _decompressor;
    private Compressor? _compressor;

    public void Dispose()
    {
        _decompressor?.Dispose();
        _compressor?.Dispose();
    }

    internal void Decompress(ReadOnlySpan<byte> source, ref CodecOutput output)
    {
        try
        {
            if (source.IsEmpty)
            {
                throw new InvalidRecordException("zero bytes are no zstd frame");
            }

            // The bound counts a full block for each block that is there, which lies far too high when they are small.
            var bound = Math.Min(Decompressor.GetDecompressedSize(source), (ulong)output.Room());
            var guess = Math.Max(FirstGuessBytes, (long)source.Length * FirstGuessRatio);
            Decompress(source, (int)Math.Min((long)bound, guess), (int)bound, ref output);
        }
        catch (ZstdException cause)
        {
            throw new InvalidRecordException($"the records are no zstd frame: {cause.Message}");
        }
    }

    internal void Compress(ReadOnlySpan<byte> source, int level, ref CodecOutput output)
    {
        _compressor ??= new Compressor();
        if (_compressor.Level != level)
        {
            _compressor.Level = level;
        }

        var space = output.Reserve(Compressor.GetCompressBound(source.Length));
        output.Advance(_compressor.Wrap(source, space));
    }

    private void Decompress(ReadOnlySpan<byte> source, int guess, int bound, ref CodecOutput output)
    {
        _decompressor ??= new Decompressor();
        for (var size = guess; ; size = (int)Math.Min(bound, 2L * size))
        {
            if (_decompressor.TryUnwrap(source, output.Reserve(size), out var written))
            {
                output.Advance(written);
                return;
            }

            if (size >= bound)
            {
                // One byte more than the limit: says which limit.
                _ = output.Reserve(output.Room() + 1);
            }
        }
    }
}
