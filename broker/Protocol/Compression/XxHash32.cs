using System.Buffers.Binary;
using System.Numerics;

namespace Deterministic.Protocol.Compression;

/// <summary>xxHash, 32 bits, seed 0: the checksum of LZ4 frames.</summary>
internal static class XxHash32
{
    private const uint Prime1 = 2654435761;
    private const uint Prime2 = 2246822519;
    private const uint Prime3 = 3266489917;
    private const uint Prime4 = 668265263;
    private const uint Prime5 = 374761393;

    internal static uint Compute(ReadOnlySpan<byte> bytes)
    {
        var hash = bytes.Length >= 16 ? Stripes(ref bytes, (uint)bytes.Length) : Prime5 + (uint)bytes.Length;
        for (; bytes.Length >= 4; bytes = bytes[4..])
        {
            hash = BitOperations.RotateLeft(hash + (Word(bytes) * Prime3), 17) * Prime4;
        }

        foreach (var b in bytes)
        {
            hash = BitOperations.RotateLeft(hash + (b * Prime5), 11) * Prime1;
        }

        hash = (hash ^ (hash >> 15)) * Prime2;
        hash = (hash ^ (hash >> 13)) * Prime3;
        return hash ^ (hash >> 16);
    }

    private static uint Stripes(ref ReadOnlySpan<byte> bytes, uint length)
    {
        var a = unchecked(Prime1 + Prime2);
        var b = Prime2;
        var c = 0u;
        var d = unchecked(0u - Prime1);
        for (; bytes.Length >= 16; bytes = bytes[16..])
        {
            a = Round(a, Word(bytes));
            b = Round(b, Word(bytes[4..]));
            c = Round(c, Word(bytes[8..]));
            d = Round(d, Word(bytes[12..]));
        }

        return length + BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7)
            + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
    }

    private static uint Round(uint lane, uint word) => BitOperations.RotateLeft(lane + (word * Prime2), 13) * Prime1;

    private static uint Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
