namespace Deterministic.Simulator.Workloads;

/// <summary>An administrator deletes the records of a partition before an offset; part of a plan. Only in topics that <see cref="PlannedTopic.MayBeTrimmed"/> says so of.</summary>
public sealed record DeleteRecordsOperation : PlannedOperation
{
    /// <summary>Position in <see cref="Workload.Topics"/>.</summary>
    public required int Topic { get; init; }

    /// <summary>The partition, modulo how many there are.</summary>
    public int Partition { get; init; }

    /// <summary>Where the deletion ends.</summary>
    public DeletionEnd End { get; init; }

    /// <summary>Offsets before or beyond the end of the log.</summary>
    public long Distance { get; init; }
}
