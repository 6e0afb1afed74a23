using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Deterministic.Storage;

/// <summary>
/// The latest offset of each key in the part of a log that is being cleaned, with bounded memory: keys are kept as the first
/// 128 bits of their SHA-256. Owned by a cleaner.
/// </summary>
internal sealed class OffsetMap(int keysMax)
{
    /// <summary>A table of more keys is not kept between two passes.</summary>
    private const int KeptKeysMax = 100_000;

    private Dictionary<UInt128, long> _offsets = [];

    internal bool IsFull => _offsets.Count >= keysMax;

    internal int Count => _offsets.Count;

    internal void Put(ReadOnlySpan<byte> key, long offset) => _offsets[HashOf(key)] = offset;

    /// <summary>The latest offset of the key, or -1.</summary>
    internal long LatestOf(ReadOnlySpan<byte> key) => _offsets.GetValueOrDefault(HashOf(key), -1);

    internal void Clear()
    {
        if (_offsets.Count > KeptKeysMax)
        {
            _offsets = [];
        }
        else
        {
            _offsets.Clear();
        }
    }

    private static UInt128 HashOf(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
