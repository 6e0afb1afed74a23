namespace Deterministic.Simulator.Workloads;

/// <summary>A consumer goes elsewhere in all its partitions; part of a plan.</summary>
public sealed record SeekOperation : PlannedOperation
{
    /// <summary>Where to.</summary>
    public required SeekTarget Target { get; init; }

    /// <summary>For <see cref="SeekTarget.Back"/> and <see cref="SeekTarget.Ahead"/> records, for <see cref="SeekTarget.Time"/> milliseconds before now.</summary>
    public long Distance { get; init; }
}
