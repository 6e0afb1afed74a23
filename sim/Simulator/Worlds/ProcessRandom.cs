using Deterministic.Kernel.Ports;
using Deterministic.Simulator.Choosing;

namespace Deterministic.Simulator.Worlds;

/// <summary>A shard's source of chance: the same numbers for the same seed, node, life and shard.</summary>
internal sealed class ProcessRandom(ulong seed, int node, int life, int shard) : IRandom
{
    private readonly SeededChooser _generator =
        new(SeededChooser.Mix(seed ^ SeededChooser.Mix(((ulong)(uint)node << 40) | ((ulong)(uint)life << 8) | (uint)shard)));

    /// <inheritdoc/>
    public ulong NextUInt64() => _generator.NextUInt64();

    /// <inheritdoc/>
    public int Next(int bound) => _generator.Next(bound, "process");

    /// <inheritdoc/>
    public void Fill(Span<byte> bytes)
    {
        foreach (ref var b in bytes)
        {
            b = (byte)_generator.NextUInt64();
        }
    }
}
