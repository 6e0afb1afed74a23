using System.Buffers.Binary;
using Deterministic.Protocol.Records;

namespace Deterministic.Protocol.Compression;

/// <summary>The descriptor of an LZ4 frame: what its blocks are like and what surrounds them.</summary>
internal readonly record struct Lz4FrameFlags(byte Flags, int BlockBytesMax, long ContentBytes)
{
    internal const byte VersionOne = 0x40;
    internal const byte IndependentBlocks = 0x20;
    internal const byte BlockSizeOf64KiB = 0x40;

    internal bool HasIndependentBlocks => (Flags & IndependentBlocks) != 0;

    internal bool HasBlockChecksums => (Flags & 0x10) != 0;

    internal bool HasContentChecksum => (Flags & 0x04) != 0;

    /// <summary>Reads the descriptor that follows the magic.</summary>
    internal static Lz4FrameFlags Read(ref ReadOnlySpan<byte> source)
    {
        var descriptor = source;
        var fixedPart = Lz4Codec.Take(ref source, 2, "descriptor");
        var (flags, block) = (fixedPart[0], fixedPart[1]);
        if ((flags & 0xc0) != VersionOne || (flags & 0x03) != 0 || (block & 0x8f) != 0 || block >> 4 < 4)
        {
            throw new InvalidRecordException(
                $"an LZ4 frame has flags 0x{flags:x2} and block descriptor 0x{block:x2}, "
                + "which name another version, a reserved bit, a dictionary or an unknown block size");
        }

        var contentBytes = -1L;
        if ((flags & 0x08) != 0)
        {
            contentBytes = BinaryPrimitives.ReadInt64LittleEndian(Lz4Codec.Take(ref source, 8, "content size"));
        }

        var hashed = descriptor[..(descriptor.Length - source.Length)];
        if (Lz4Codec.Take(ref source, 1, "header checksum")[0] != (byte)(XxHash32.Compute(hashed) >> 8))
        {
            throw new InvalidRecordException("the header checksum of an LZ4 frame does not fit");
        }

        return new Lz4FrameFlags(flags, 1 << (8 + (2 * (block >> 4))), contentBytes);
    }
}
