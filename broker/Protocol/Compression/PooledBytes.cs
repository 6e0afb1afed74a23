using Deterministic.Kernel.Memory;

namespace Deterministic.Protocol.Compression;

/// <summary>The first <paramref name="Length"/> bytes of a rented buffer. Whoever gets it releases the buffer.</summary>
public readonly record struct PooledBytes(PooledBuffer Buffer, int Length)
{
    /// <summary>The bytes.</summary>
    public Memory<byte> Memory => Buffer.Memory[..Length];

    /// <summary>The bytes.</summary>
    public Span<byte> Span => Memory.Span;

    /// <summary>Gives the buffer back.</summary>
    public void Release() => Buffer.Release();
}
