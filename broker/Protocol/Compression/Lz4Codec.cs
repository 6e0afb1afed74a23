using System.Buffers.Binary;
using Deterministic.Protocol.Records;
using K4os.Compression.LZ4;

namespace Deterministic.Protocol.Compression;

/// <summary>
/// The LZ4 frame format. Written as Kafka writes it: independent blocks of 64 KiB, no checksums but that of the header.
/// Read: every block size, linked blocks, block and content checksums, content size, several frames, skippable frames.
/// </summary>
internal static class Lz4Codec
{
    private const uint Magic = 0x184D2204;
    private const uint SkippableMagic = 0x184D2A50;
    private const uint StoredBit = 0x80000000;
    private const int WindowBytes = 64 * 1024;
    private const int BlockBytes = 64 * 1024;
    private const int FastLevel = 9;

    internal static void Decompress(ReadOnlySpan<byte> source, ref CodecOutput output)
    {
        if (source.IsEmpty)
        {
            throw new InvalidRecordException("zero bytes are no LZ4 frame");
        }

        while (!source.IsEmpty)
        {
            var magic = ReadWord(ref source, "magic");
            if ((magic & 0xfffffff0) == SkippableMagic)
            {
                Take(ref source, (int)Math.Min(int.MaxValue, ReadWord(ref source, "skippable size")), "skippable frame");
                continue;
            }

            if (magic != Magic)
            {
                throw new InvalidRecordException($"an LZ4 frame begins with 0x{magic:x8} instead of 0x{Magic:x8}");
            }

            DecompressFrame(ref source, ref output);
        }
    }

    internal static void Compress(ReadOnlySpan<byte> source, int level, ref CodecOutput output)
    {
        var header = output.Reserve(7);
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        header[4] = Lz4FrameFlags.VersionOne | Lz4FrameFlags.IndependentBlocks;
        header[5] = Lz4FrameFlags.BlockSizeOf64KiB;
        header[6] = (byte)(XxHash32.Compute(header.Slice(4, 2)) >> 8);
        output.Advance(7);
        while (!source.IsEmpty)
        {
            var block = source[..Math.Min(BlockBytes, source.Length)];
            CompressBlock(block, level, ref output);
            source = source[block.Length..];
        }

        BinaryPrimitives.WriteUInt32LittleEndian(output.Reserve(4), 0);
        output.Advance(4);
    }

    private static void CompressBlock(ReadOnlySpan<byte> block, int level, ref CodecOutput output)
    {
        var space = output.Reserve(4 + LZ4Codec.MaximumOutputSize(block.Length));
        var size = LZ4Codec.Encode(block, space[4..], LevelOf(level));
        if (size > 0 && size < block.Length)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(space, (uint)size);
        }
        else
        {
            size = block.Length;
            block.CopyTo(space[4..]);
            BinaryPrimitives.WriteUInt32LittleEndian(space, (uint)size | StoredBit);
        }

        output.Advance(4 + size);
    }

    // Kafka's levels go from 1 to 17; its default, 9, is the fast compressor, every other the high one.
    private static LZ4Level LevelOf(int level) =>
        level == FastLevel ? LZ4Level.L00_FAST : (LZ4Level)Math.Clamp(level, (int)LZ4Level.L03_HC, (int)LZ4Level.L12_MAX);

    private static void DecompressFrame(ref ReadOnlySpan<byte> source, ref CodecOutput output)
    {
        var flags = Lz4FrameFlags.Read(ref source);
        var frameStart = output.Length;
        for (var stated = ReadWord(ref source, "block size"); stated != 0; stated = ReadWord(ref source, "block size"))
        {
            var size = (int)(stated & ~StoredBit);
            if (size > flags.BlockBytesMax)
            {
                throw new InvalidRecordException($"an LZ4 block states {size} bytes; its frame allows {flags.BlockBytesMax}");
            }

            var block = Take(ref source, size, "block");
            if (flags.HasBlockChecksums)
            {
                VerifyHash(block, ReadWord(ref source, "block checksum"), "block");
            }

            DecompressBlock(block, (stated & StoredBit) != 0, flags, frameStart, ref output);
        }

        var content = output.Written[frameStart..];
        if (flags.ContentBytes >= 0 && flags.ContentBytes != content.Length)
        {
            throw new InvalidRecordException($"an LZ4 frame states {flags.ContentBytes} bytes and holds {content.Length}");
        }

        if (flags.HasContentChecksum)
        {
            VerifyHash(content, ReadWord(ref source, "content checksum"), "content");
        }
    }

    private static void DecompressBlock(
        ReadOnlySpan<byte> block, bool isStored, Lz4FrameFlags flags, int frameStart, ref CodecOutput output)
    {
        if (isStored)
        {
            block.CopyTo(output.Reserve(block.Length));
            output.Advance(block.Length);
            return;
        }

        // A byte of a block yields at most 255, so a small block needs less room than the frame allows.
        var space = output.Reserve((int)Math.Min(Math.Min(flags.BlockBytesMax, 255L * block.Length), output.Room()));
        var isLinked = !flags.HasIndependentBlocks && output.Length > frameStart;
        var window = isLinked ? output.Written[Math.Max(frameStart, output.Length - WindowBytes)..] : default;
        var target = space[..Math.Min(space.Length, flags.BlockBytesMax)];
        var size = isLinked ? LZ4Codec.Decode(block, target, window) : LZ4Codec.Decode(block, target);
        if (size < 0)
        {
            throw new InvalidRecordException(
                output.Room() < flags.BlockBytesMax ? ErrorCode.MessageTooLarge : ErrorCode.InvalidRecord,
                $"an LZ4 block of {block.Length} bytes is malformed or yields more than {target.Length} bytes");
        }

        output.Advance(size);
    }

    private static void VerifyHash(ReadOnlySpan<byte> bytes, uint stated, string what)
    {
        if (XxHash32.Compute(bytes) != stated)
        {
            throw new InvalidRecordException($"the checksum of an LZ4 {what} does not fit");
        }
    }

    internal static uint ReadWord(ref ReadOnlySpan<byte> source, string what) =>
        BinaryPrimitives.ReadUInt32LittleEndian(Take(ref source, 4, what));

    internal static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> source, int sizeBytes, string what)
    {
        if (sizeBytes > source.Length)
        {
            throw new InvalidRecordException($"an LZ4 frame ends in its {what}: {sizeBytes} bytes needed, {source.Length} left");
        }

        var taken = source[..sizeBytes];
        source = source[sizeBytes..];
        return taken;
    }
}
