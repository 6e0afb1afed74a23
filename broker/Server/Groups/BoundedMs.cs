namespace Deterministic.Server.Groups;

/// <summary>A time that a broker sets for all groups and that a group may set for itself within bounds. In milliseconds.</summary>
public readonly record struct BoundedMs(int Value, int Min, int Max)
{
    /// <summary>What a group set, moved into the bounds; else the broker's value.</summary>
    public int Or(int? ofGroup) => ofGroup is { } value ? Math.Clamp(value, Min, Max) : Value;
}
