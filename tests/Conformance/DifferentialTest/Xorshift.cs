namespace Deterministic.Conformance.DifferentialTest;

/// <summary>Numbers that look random and are the same for the same seed in every version of .NET.</summary>
internal sealed class Xorshift(ulong seed)
{
    private ulong _state = seed | 1;

    internal int Below(int limit)
    {
        _state ^= _state << 13;
        _state ^= _state >> 7;
        _state ^= _state << 17;
        return (int)(_state % (ulong)limit);
    }
}
