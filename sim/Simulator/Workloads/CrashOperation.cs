namespace Deterministic.Simulator.Workloads;

/// <summary>A client's process is killed; a new one goes on with what comes next. Part of a plan.</summary>
public sealed record CrashOperation : PlannedOperation
{
    /// <summary>Whether its machine stops with it, so that nobody tells the broker that its connections are gone.</summary>
    public bool LosesPower { get; init; }

    /// <summary>How long until the new process, in milliseconds.</summary>
    public required int RestartMs { get; init; }
}
