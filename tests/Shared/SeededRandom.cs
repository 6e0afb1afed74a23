using Deterministic.Kernel.Ports;

namespace Deterministic.Tests.Shared;

/// <summary>The same numbers for the same seed, in every process (SplitMix64).</summary>
public sealed class SeededRandom(ulong seed) : IRandom
{
    private ulong _state = seed;

    /// <inheritdoc/>
    public ulong NextUInt64()
    {
        var z = _state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <inheritdoc/>
    public int Next(int bound) => (int)(NextUInt64() % (ulong)bound);

    /// <inheritdoc/>
    public void Fill(Span<byte> bytes)
    {
        foreach (ref var b in bytes)
        {
            b = (byte)NextUInt64();
        }
    }
}
