using System.Globalization;

namespace Deterministic.Checking;

/// <summary>What the checker says about a history. Immutable; the same for the same history in every process.</summary>
public sealed class CheckVerdict
{
    internal CheckVerdict(
        CheckOutcome outcome, string reason, IReadOnlyList<Anomaly> anomalies, IReadOnlyList<AnomalyCount> counts, CheckMetrics metrics)
    {
        Outcome = outcome;
        Reason = reason;
        Anomalies = anomalies;
        Counts = counts;
        Metrics = metrics;
    }

    /// <summary>The verdict.</summary>
    public CheckOutcome Outcome { get; }

    /// <summary>Only a history that tested something and showed nothing bad.</summary>
    public bool Valid => Outcome == CheckOutcome.Valid;

    /// <summary>Why it is inconclusive, or the first thing that is bad; empty when valid.</summary>
    public string Reason { get; }

    /// <summary>In the order of the catalogue, then by log, offset and op. At most so many of each name as the options say.</summary>
    public IReadOnlyList<Anomaly> Anomalies { get; }

    /// <summary>How many there are of each name and class, in the order of the catalogue.</summary>
    public IReadOnlyList<AnomalyCount> Counts { get; }

    /// <summary>Figures that never invalidate.</summary>
    public CheckMetrics Metrics { get; }

    /// <summary>One line: the outcome and the counts.</summary>
    public override string ToString()
    {
        var counts = string.Join(' ', Counts.Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Name}={count.Count}({count.Class})")));
        return $"{Outcome} {counts} {Reason}".TrimEnd();
    }
}
