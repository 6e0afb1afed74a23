using System.Numerics;

namespace Deterministic.Kernel.Memory;

/// <summary>
/// Pinned byte buffers of one shard in sizes of powers of two. Pinned, so that system calls take them as they are. Only
/// the owner shard rents and returns. Sizes above <see cref="PooledBytesMax"/> are made for one use.
/// </summary>
public sealed class BufferPool
{
    /// <summary>The smallest size.</summary>
    public const int BytesMin = 4 * 1024;

    /// <summary>The largest size that is kept for re-use.</summary>
    public const int PooledBytesMax = 4 * 1024 * 1024;

    /// <summary>How many bytes of each size are kept for re-use.</summary>
    public const int IdleBytesMaxPerSize = 8 * 1024 * 1024;

    private readonly Stack<PooledBuffer>[] _idle;

    /// <summary>An empty pool.</summary>
    public BufferPool()
    {
        _idle = new Stack<PooledBuffer>[SizeClassOf(PooledBytesMax) + 1];
        for (var i = 0; i < _idle.Length; i++)
        {
            _idle[i] = new Stack<PooledBuffer>();
        }
    }

    /// <summary>Bytes rented and not yet returned.</summary>
    public long RentedBytes { get; private set; }

    /// <summary>A buffer of at least <paramref name="sizeBytes"/> with one reference, contents undefined.</summary>
    public PooledBuffer Rent(int sizeBytes)
    {
        PooledBuffer? buffer;
        if (sizeBytes > PooledBytesMax)
        {
            buffer = new PooledBuffer(this, sizeBytes);
        }
        else
        {
            var sizeClass = SizeClassOf(sizeBytes);
            if (!_idle[sizeClass].TryPop(out buffer))
            {
                buffer = new PooledBuffer(this, BytesMin << sizeClass);
            }
        }

        RentedBytes += buffer.Length;
        buffer.OnRented();
        return buffer;
    }

    internal void Return(PooledBuffer buffer)
    {
        RentedBytes -= buffer.Length;
        if (buffer.Length <= PooledBytesMax)
        {
            var idle = _idle[SizeClassOf(buffer.Length)];
            if ((long)idle.Count * buffer.Length < IdleBytesMaxPerSize)
            {
                idle.Push(buffer);
            }
        }
    }

    private static int SizeClassOf(int sizeBytes) =>
        sizeBytes <= BytesMin ? 0 : BitOperations.Log2((uint)(sizeBytes - 1)) + 1 - BitOperations.Log2(BytesMin);
}
