namespace Deterministic.Simulator.Choosing;

/// <summary>The chooser for bulk seeds: one generator (SplitMix64), the same numbers for the same seed in every process.</summary>
public sealed class SeededChooser(ulong seed) : IChooser
{
    private ulong _state = seed;

    /// <inheritdoc/>
    public int Next(int bound, string tag) => (int)(((NextUInt64() >> 32) * (ulong)bound) >> 32);

    /// <summary>64 bits that look random.</summary>
    public ulong NextUInt64() => Mix(_state += 0x9E3779B97F4A7C15UL);

    /// <summary>Spreads the bits of a number: the finisher of SplitMix64.</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
