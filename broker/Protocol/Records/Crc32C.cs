using System.Numerics;
using System.Runtime.InteropServices;

namespace Deterministic.Protocol.Records;

/// <summary>
/// CRC-32C (Castagnoli), the checksum of record batches. The processor's instruction where there is one; long input
/// runs as three independent streams, since one stream waits three cycles for each result, and the streams are joined
/// by extending a checksum over the zeros that stand for the bytes behind it.
/// </summary>
public static class Crc32C
{
    private const uint Polynomial = 0x82F63B78;
    private const int LongStreamBytes = 4096;
    private const int ShortStreamBytes = 256;

    // Entry n stands for x^(2^n) modulo the polynomial: what a shift by 2^n bits multiplies with.
    private static readonly uint[] s_powers = BuildPowers();
    private static readonly uint[] s_longExtension = BuildExtension(LongStreamBytes);
    private static readonly uint[] s_shortExtension = BuildExtension(ShortStreamBytes);

    /// <summary>The checksum of <paramref name="bytes"/>.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>The checksum of what <paramref name="crc"/> was computed over, followed by <paramref name="bytes"/>.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var register = ~crc;
        register = AppendStreams(register, ref bytes, LongStreamBytes, s_longExtension);
        register = AppendStreams(register, ref bytes, ShortStreamBytes, s_shortExtension);
        return ~AppendOne(register, bytes);
    }

    /// <summary>
    /// The checksum after the first bytes were changed and <paramref name="bytesBehind"/> bytes behind them were not,
    /// without reading those: <paramref name="before"/> and <paramref name="after"/> are the checksums of the changed
    /// bytes alone.
    /// </summary>
    public static uint Replace(uint crc, uint before, uint after, int bytesBehind) =>
        crc ^ Multiply(ShiftOf(bytesBehind), before ^ after);

    private static uint AppendStreams(uint register, ref ReadOnlySpan<byte> bytes, int streamBytes, uint[] extension)
    {
        while (bytes.Length >= 3 * streamBytes)
        {
            var first = MemoryMarshal.Cast<byte, ulong>(bytes[..streamBytes]);
            var second = MemoryMarshal.Cast<byte, ulong>(bytes.Slice(streamBytes, streamBytes));
            var third = MemoryMarshal.Cast<byte, ulong>(bytes.Slice(2 * streamBytes, streamBytes));
            var a = register;
            var b = 0u;
            var c = 0u;
            for (var i = 0; i < first.Length && i < second.Length && i < third.Length; i++)
            {
                a = BitOperations.Crc32C(a, first[i]);
                b = BitOperations.Crc32C(b, second[i]);
                c = BitOperations.Crc32C(c, third[i]);
            }

            register = Extend(Extend(a, extension) ^ b, extension) ^ c;
            bytes = bytes[(3 * streamBytes)..];
        }

        return register;
    }

    private static uint AppendOne(uint register, ReadOnlySpan<byte> bytes)
    {
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            register = BitOperations.Crc32C(register, word);
        }

        foreach (var b in bytes[(bytes.Length & ~7)..])
        {
            register = BitOperations.Crc32C(register, b);
        }

        return register;
    }

    private static uint Extend(uint register, uint[] extension) =>
        extension[register & 0xff]
        ^ extension[256 + ((register >> 8) & 0xff)]
        ^ extension[512 + ((register >> 16) & 0xff)]
        ^ extension[768 + (register >> 24)];

    // Products of polynomials whose coefficients stand lowest degree first from the top bit.
    private static uint Multiply(uint a, uint b)
    {
        var product = 0u;
        for (var bit = 0x80000000u; bit != 0; bit >>= 1)
        {
            if ((a & bit) != 0)
            {
                product ^= b;
            }

            b = (b & 1) != 0 ? (b >> 1) ^ Polynomial : b >> 1;
        }

        return product;
    }

    private static uint ShiftOf(int byteCount)
    {
        var shift = 0x80000000u;
        var power = 3;
        for (var count = (uint)byteCount; count != 0; count >>= 1, power++)
        {
            if ((count & 1) != 0)
            {
                shift = Multiply(s_powers[power], shift);
            }
        }

        return shift;
    }

    private static uint[] BuildPowers()
    {
        var powers = new uint[35];
        powers[0] = 0x40000000;
        for (var i = 1; i < powers.Length; i++)
        {
            powers[i] = Multiply(powers[i - 1], powers[i - 1]);
        }

        return powers;
    }

    private static uint[] BuildExtension(int zeroBytes)
    {
        var shift = ShiftOf(zeroBytes);
        var table = new uint[4 * 256];
        for (var i = 0; i < table.Length; i++)
        {
            table[i] = Multiply(shift, (uint)(i & 0xff) << (i / 256 * 8));
        }

        return table;
    }
}
