namespace Deterministic.Kernel.Ports;

/// <summary>The source of chance: the operating system's in Host, one seeded generator in the simulator.</summary>
public interface IRandom
{
    /// <summary>64 random bits.</summary>
    ulong NextUInt64();

    /// <summary>A number from 0 up to, and not including, <paramref name="bound"/> (at least 1).</summary>
    int Next(int bound);

    /// <summary>Random bytes, good enough for ids that nobody must guess.</summary>
    void Fill(Span<byte> bytes);
}
