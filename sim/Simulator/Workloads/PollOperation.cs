namespace Deterministic.Simulator.Workloads;

/// <summary>A consumer polls until it has some records or time is up; part of a plan.</summary>
public sealed record PollOperation : PlannedOperation
{
    /// <summary>How many records are enough.</summary>
    public int RecordsMin { get; init; } = 1;

    /// <summary>How long, in milliseconds.</summary>
    public int TimeoutMs { get; init; } = 500;

    /// <summary>Whether a group's member commits what it got before the operation ends.</summary>
    public bool Commits { get; init; }
}
