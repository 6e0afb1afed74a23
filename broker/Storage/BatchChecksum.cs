using System.Buffers.Binary;
using System.Numerics;

namespace Deterministic.Storage;

/// <summary>CRC32C over bytes that come in pieces, as a segment is read.</summary>
internal static class BatchChecksum
{
    internal const uint Start = uint.MaxValue;

    internal static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return crc;
    }

    internal static uint End(uint crc) => ~crc;

    internal static uint Of(ReadOnlySpan<byte> bytes) => End(Add(Start, bytes));
}
