namespace Deterministic.Simulator.Scenarios;

/// <summary>A property that some seeds set to an odd value: its key, the odds out of 1000, the values.</summary>
public sealed record SmallLimit(string Key, int PerMille, IReadOnlyList<string> Values);
