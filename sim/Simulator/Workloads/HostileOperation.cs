namespace Deterministic.Simulator.Workloads;

/// <summary>
/// A client opens a connection of its own and misuses it; part of a plan. What it says is about topics and groups that no
/// other client uses.
/// </summary>
public sealed record HostileOperation : PlannedOperation
{
    /// <summary>What it does.</summary>
    public required HostileKind Kind { get; init; }

    /// <summary>Which of the recorded requests, modulo how many there are.</summary>
    public int Case { get; init; }

    /// <summary>Where in the bytes, modulo how many there are.</summary>
    public int At { get; init; }

    /// <summary>How much: bits that flip, bytes too many.</summary>
    public int Amount { get; init; } = 1;

    /// <summary>How long it waits for an answer before it hangs up, in milliseconds.</summary>
    public int HoldMs { get; init; } = 500;

    /// <summary>It does not hang up.</summary>
    public bool StaysOpen { get; init; }
}
