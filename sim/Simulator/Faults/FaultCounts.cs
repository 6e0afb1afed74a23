namespace Deterministic.Simulator.Faults;

/// <summary>How often each fault took effect in a run. Owned by its world.</summary>
public sealed class FaultCounts
{
    private readonly long[] _counts = new long[Enum.GetValues<FaultKind>().Length];

    /// <summary>How often the fault took effect.</summary>
    public long this[FaultKind kind] => _counts[(int)kind];

    /// <summary>The fault took effect once more.</summary>
    public void Add(FaultKind kind) => _counts[(int)kind]++;
}
