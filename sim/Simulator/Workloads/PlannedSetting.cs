namespace Deterministic.Simulator.Workloads;

/// <summary>One change of one key of a configuration; a value of null takes the key out. Immutable, part of a plan.</summary>
public sealed record PlannedSetting
{
    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>Its new value, or the items that are added or taken.</summary>
    public string? Value { get; init; }

    /// <summary>Whether the value's items are added to a list rather than put in its place.</summary>
    public bool IsAppended { get; init; }

    /// <summary>Whether the value's items are taken out of a list.</summary>
    public bool IsSubtracted { get; init; }
}
