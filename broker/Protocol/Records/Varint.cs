using System.Numerics;

namespace Deterministic.Protocol.Records;

/// <summary>
/// Variable-length numbers, seven bits a byte with the lowest first. Records use the zigzag form, where small negative
/// numbers are short too; frames of metadata records use the unsigned one.
/// </summary>
public static class Varint
{
    /// <summary>The most bytes a 32-bit number takes.</summary>
    public const int BytesMax = 5;

    /// <summary>The most bytes a 64-bit number takes.</summary>
    public const int LongBytesMax = 10;

    /// <summary>Bytes of a zigzag number.</summary>
    public static int SizeOf(int value) => SizeOfUnsigned((uint)((value << 1) ^ (value >> 31)));

    /// <summary>Bytes of a zigzag number.</summary>
    public static int SizeOf(long value) => (BitOperations.Log2(ZigZag(value) | 1) / 7) + 1;

    /// <summary>Bytes of an unsigned number.</summary>
    public static int SizeOfUnsigned(uint value) => (BitOperations.Log2(value | 1) / 7) + 1;

    /// <summary>Writes a zigzag number; returns its bytes.</summary>
    public static int Write(Span<byte> bytes, int value) => WriteUnsigned(bytes, (uint)((value << 1) ^ (value >> 31)));

    /// <summary>Writes a zigzag number; returns its bytes.</summary>
    public static int Write(Span<byte> bytes, long value)
    {
        var rest = ZigZag(value);
        var count = 0;
        for (; rest >= 0x80; rest >>= 7)
        {
            bytes[count++] = (byte)(rest | 0x80);
        }

        bytes[count++] = (byte)rest;
        return count;
    }

    /// <summary>Writes an unsigned number; returns its bytes.</summary>
    public static int WriteUnsigned(Span<byte> bytes, uint value)
    {
        var count = 0;
        for (; value >= 0x80; value >>= 7)
        {
            bytes[count++] = (byte)(value | 0x80);
        }

        bytes[count++] = (byte)value;
        return count;
    }

    /// <summary>Reads a zigzag number at <paramref name="position"/> and moves behind it; false when it is cut or too long.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ref int position, out int value)
    {
        var found = TryReadUnsigned(bytes, ref position, out var raw);
        value = (int)(raw >> 1) ^ -(int)(raw & 1);
        return found;
    }

    /// <summary>Reads a zigzag number at <paramref name="position"/> and moves behind it; false when it is cut or too long.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ref int position, out long value)
    {
        var raw = 0UL;
        for (var shift = 0; shift < 7 * LongBytesMax && (uint)position < (uint)bytes.Length; shift += 7)
        {
            var b = bytes[position++];
            raw |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                value = (long)(raw >> 1) ^ -(long)(raw & 1);
                return true;
            }
        }

        value = 0;
        return false;
    }

    /// <summary>Reads an unsigned number at <paramref name="position"/> and moves behind it; false when it is cut or too long.</summary>
    public static bool TryReadUnsigned(ReadOnlySpan<byte> bytes, ref int position, out uint value)
    {
        if ((uint)position < (uint)bytes.Length && bytes[position] < 0x80)
        {
            value = bytes[position++];
            return true;
        }

        value = 0;
        for (var shift = 0; shift < 7 * BytesMax && (uint)position < (uint)bytes.Length; shift += 7)
        {
            var b = bytes[position++];
            value |= (uint)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                return true;
            }
        }

        return false;
    }

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));
}
