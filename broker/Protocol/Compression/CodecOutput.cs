using Deterministic.Kernel.Memory;
using Deterministic.Protocol.Records;

namespace Deterministic.Protocol.Compression;

/// <summary>
/// Where a codec writes: a rented buffer that grows by doubling up to a limit. Lives for one call; what it rented is
/// either taken by <see cref="Take"/> or given back by <see cref="Dispose"/>.
/// </summary>
internal struct CodecOutput(BufferPool pool, int limitBytes) : IDisposable
{
    private PooledBuffer? _buffer;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes written so far.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer is null ? default : _buffer.Memory.Span[..Length];

    /// <summary>Bytes left to the limit.</summary>
    public readonly int Room() => limitBytes - Length;

    /// <summary>At least <paramref name="sizeBytes"/> to write to, behind what is written.</summary>
    /// <exception cref="InvalidRecordException">That would pass the limit.</exception>
    public Span<byte> Reserve(int sizeBytes)
    {
        if (sizeBytes > limitBytes - Length)
        {
            throw new InvalidRecordException(
                ErrorCode.MessageTooLarge,
                $"the records take more than {limitBytes} bytes when decompressed, which is the limit");
        }

        var needed = Length + sizeBytes;
        if (_buffer is null || _buffer.Length < needed)
        {
            Grow(needed);
        }

        var free = _buffer!.Memory.Span[Length..];
        return free.Length <= limitBytes - Length ? free : free[..(limitBytes - Length)];
    }

    /// <summary>States that so many of the reserved bytes were written.</summary>
    public void Advance(int sizeBytes) => Length += sizeBytes;

    /// <summary>The bytes, which now belong to the caller.</summary>
    public PooledBytes Take()
    {
        var taken = new PooledBytes(_buffer ?? pool.Rent(1), Length);
        _buffer = null;
        return taken;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _buffer?.Release();
        _buffer = null;
    }

    private void Grow(int needed)
    {
        var doubled = Math.Min((long)limitBytes, 2L * (_buffer?.Length ?? 0));
        var larger = pool.Rent((int)Math.Max(needed, doubled));
        Written.CopyTo(larger.Memory.Span);
        _buffer?.Release();
        _buffer = larger;
    }
}
