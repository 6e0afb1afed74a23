using Deterministic.Checking.Histories;

namespace Deterministic.Checking;

/// <summary>How far a poll lagged behind: a figure of <see cref="CheckMetrics"/>. Nanoseconds.</summary>
public sealed record RealtimeLag(LogKey Key, int Process, int Op, long LagNs);
