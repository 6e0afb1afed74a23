using Deterministic.Checking.Histories;

namespace Deterministic.Checking;

/// <summary>
/// The fault budget of one log: acknowledged records that the run's faults may destroy. Belongs to the options of a check.
/// Missing records are excused within these bounds; wrong data is not.
/// </summary>
public sealed record LossExcuse(LogKey Key)
{
    /// <summary>Only records acknowledged from this time on, in nanoseconds.</summary>
    public long AckedFromNs { get; init; } = long.MinValue;

    /// <summary>Only records acknowledged until this time, in nanoseconds.</summary>
    public long AckedToNs { get; init; } = long.MaxValue;

    /// <summary>More lost records than this are an anomaly of their own.</summary>
    public int RecordsMax { get; init; } = int.MaxValue;
}
