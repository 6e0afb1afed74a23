namespace Deterministic.Checking.Facts;

/// <summary>What one op sent to one log, in the order of its sends; owned by its <see cref="OpFacts"/>.</summary>
internal sealed class KeyWrites(KeyFacts key)
{
    public KeyFacts Key { get; } = key;

    public List<ValueFacts> Values { get; } = [];
}
