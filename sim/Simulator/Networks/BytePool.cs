using System.Numerics;

namespace Deterministic.Simulator.Networks;

/// <summary>Byte arrays in sizes of powers of two that streams of one network take and give back. Lives as long as its network.</summary>
internal sealed class BytePool
{
    /// <summary>The smallest array, in bytes.</summary>
    internal const int BytesMin = 4096;

    private readonly Stack<byte[]>[] _idle = [.. Enumerable.Range(0, 32).Select(_ => new Stack<byte[]>())];

    internal byte[] Rent(int bytes)
    {
        var size = BitOperations.RoundUpToPowerOf2((uint)Math.Max(bytes, BytesMin));
        return _idle[BitOperations.Log2(size)].TryPop(out var array) ? array : new byte[size];
    }

    internal void Return(byte[] array) => _idle[BitOperations.Log2((uint)array.Length)].Push(array);
}
