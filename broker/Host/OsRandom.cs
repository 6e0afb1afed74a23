using System.Buffers.Binary;
using System.Security.Cryptography;
using Deterministic.Kernel.Ports;

namespace Deterministic.Host;

/// <summary>The operating system's source of chance, fetched in blocks. Owned by one shard.</summary>
public sealed class OsRandom : IRandom
{
    private const int BlockBytes = 4096;

    private readonly byte[] _block = new byte[BlockBytes];
    private int _used = BlockBytes;

    /// <inheritdoc/>
    public ulong NextUInt64()
    {
        if (_used + sizeof(ulong) > BlockBytes)
        {
            RandomNumberGenerator.Fill(_block);
            _used = 0;
        }

        var bits = BinaryPrimitives.ReadUInt64LittleEndian(_block.AsSpan(_used));
        _used += sizeof(ulong);
        return bits;
    }

    /// <inheritdoc/>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        // The product's upper half is the number; 2^64 is so large that the bias of a 31-bit bound is below 2^-32.
        return (int)Math.BigMul(NextUInt64(), (ulong)bound, out _);
    }

    /// <inheritdoc/>
    public void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
}
