using System.Runtime.InteropServices;

namespace Deterministic.Kernel.Memory;

/// <summary>
/// A rented, reference-counted buffer. Owned by the shard of its pool, which alone counts; other shards may read and
/// write the bytes while the owner holds a reference for them, and post back when they are done.
/// </summary>
public sealed class PooledBuffer
{
    private readonly BufferPool _pool;
    private readonly byte[] _bytes;
    private int _references;

    internal PooledBuffer(BufferPool pool, int sizeBytes)
    {
        _pool = pool;
#pragma warning disable RS0030 // Pinned memory comes from the collector; nothing here depends on when it collects.
        _bytes = GC.AllocateUninitializedArray<byte>(sizeBytes, pinned: true);
#pragma warning restore RS0030
    }

    /// <summary>Bytes it holds.</summary>
    public int Length => _bytes.Length;

    /// <summary>The bytes.</summary>
    public Memory<byte> Memory
    {
        get
        {
            Check.That(_references > 0, "a buffer was used after its last reference was released");
            // Says that it is pinned already, so that system calls that pin it do not pay for that.
            return MemoryMarshal.CreateFromPinnedArray(_bytes, 0, _bytes.Length);
        }
    }

    /// <summary>One more user.</summary>
    public void AddReference()
    {
        Check.That(_references > 0, "a reference was added to a returned buffer");
        _references++;
    }

    /// <summary>One user less; the last one returns it to the pool.</summary>
    public void Release()
    {
        Check.That(_references > 0, "a buffer was released more often than it was referenced");
        if (--_references == 0)
        {
            _pool.Return(this);
        }
    }

    internal void OnRented() => _references = 1;
}
