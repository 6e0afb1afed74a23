using System.Buffers.Binary;
using Deterministic.Protocol.Records;
using Snappier;

namespace Deterministic.Protocol.Compression;

/// <summary>
/// Snappy in the framing of the xerial library, which every Kafka client writes: a header of 16 bytes, then blocks, each
/// behind its compressed size. Bytes without that header are read as one bare block, as some old clients send them.
/// </summary>
internal static class SnappyCodec
{
    private const int HeaderBytes = 16;
    private const int BlockBytes = 32 * 1024;
    private const int BareBlockRatioMax = 64;

    private static ReadOnlySpan<byte> Magic => [0x82, (byte)'S', (byte)'N', (byte)'A', (byte)'P', (byte)'P', (byte)'Y', 0];

    internal static void Decompress(ReadOnlySpan<byte> source, ref CodecOutput output)
    {
        if (!source.StartsWith(Magic))
        {
            DecompressBlock(source, ref output);
            return;
        }

        if (source.Length < HeaderBytes)
        {
            throw new InvalidRecordException($"a xerial snappy header has {HeaderBytes} bytes; {source.Length} are there");
        }

        for (var rest = source[HeaderBytes..]; !rest.IsEmpty;)
        {
            var size = rest.Length >= 4 ? BinaryPrimitives.ReadInt32BigEndian(rest) : -1;
            if (size < 0 || size > rest.Length - 4)
            {
                throw new InvalidRecordException($"a snappy block states {size} bytes where {rest.Length} bytes are left");
            }

            DecompressBlock(rest.Slice(4, size), ref output);
            rest = rest[(4 + size)..];
        }
    }

    internal static void Compress(ReadOnlySpan<byte> source, ref CodecOutput output)
    {
        var header = output.Reserve(HeaderBytes);
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32BigEndian(header[8..], 1);
        BinaryPrimitives.WriteInt32BigEndian(header[12..], 1);
        output.Advance(HeaderBytes);
        while (!source.IsEmpty)
        {
            var block = source[..Math.Min(BlockBytes, source.Length)];
            var space = output.Reserve(4 + Snappy.GetMaxCompressedLength(block.Length));
            var size = Snappy.Compress(block, space[4..]);
            BinaryPrimitives.WriteInt32BigEndian(space, size);
            output.Advance(4 + size);
            source = source[block.Length..];
        }
    }

    private static void DecompressBlock(ReadOnlySpan<byte> block, ref CodecOutput output)
    {
        try
        {
            // A copy of up to 64 bytes takes three, so a block that states far more than that is lying.
            var size = Snappy.GetUncompressedLength(block);
            if (size < 0 || size > (long)block.Length * BareBlockRatioMax)
            {
                throw new InvalidRecordException($"a snappy block of {block.Length} bytes states {size} uncompressed bytes");
            }

            output.Advance(Snappy.Decompress(block, output.Reserve(size)[..size]));
        }
        catch (Exception cause) when (cause is InvalidDataException or ArgumentException)
        {
            throw new InvalidRecordException($"the records are no snappy block: {cause.Message}");
        }
    }
}
