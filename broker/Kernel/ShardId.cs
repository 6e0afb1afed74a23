using System.Globalization;

namespace Deterministic.Kernel;

/// <summary>The number of a shard within its node, from 0.</summary>
public readonly record struct ShardId(int Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
