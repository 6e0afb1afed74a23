using System.Globalization;

namespace Deterministic.Protocol;

/// <summary>The <c>node.id</c> of a broker or controller; -1 stands for none.</summary>
public readonly record struct BrokerId(int Value)
{
    /// <summary>No broker.</summary>
    public static readonly BrokerId None = new(-1);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
