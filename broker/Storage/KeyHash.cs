using System.Buffers.Binary;
using System.Numerics;

namespace Deterministic.Storage;

/// <summary>
/// SipHash-2-4 of 128 bits: as good as a cryptographic digest at telling keys apart for whoever does not know the secret, and many times faster for
/// keys as short as those of records are. Lives for one pass of the cleaner.
/// </summary>
internal readonly struct KeyHash(ulong secret0, ulong secret1)
{
    private const int WordBytes = sizeof(ulong);

    internal UInt128 Of(ReadOnlySpan<byte> key)
    {
        var v0 = secret0 ^ 0x736f6d6570736575UL;
        var v1 = secret1 ^ 0x646f72616e646f6dUL ^ 0xee;
        var v2 = secret0 ^ 0x6c7967656e657261UL;
        var v3 = secret1 ^ 0x7465646279746573UL;
        var last = (ulong)key.Length << 56;
        for (; key.Length >= WordBytes; key = key[WordBytes..])
        {
            Take(BinaryPrimitives.ReadUInt64LittleEndian(key), ref v0, ref v1, ref v2, ref v3);
        }

        for (var i = 0; i < key.Length; i++)
        {
            last |= (ulong)key[i] << (8 * i);
        }

        Take(last, ref v0, ref v1, ref v2, ref v3);
        v2 ^= 0xee;
        Finish(ref v0, ref v1, ref v2, ref v3);
        var lower = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xdd;
        Finish(ref v0, ref v1, ref v2, ref v3);
        return new UInt128(v0 ^ v1 ^ v2 ^ v3, lower);
    }

    private static void Take(ulong word, ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v3 ^= word;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    private static void Finish(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        for (var i = 0; i < 4; i++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
