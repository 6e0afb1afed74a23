using Deterministic.Checking.Facts;

namespace Deterministic.Checking.Anomalies;

/// <summary>Finds one anomaly, or a few that are two sides of one. Holds no state between checks.</summary>
internal interface IAnomalyDetector
{
    /// <summary>Tells the report what it finds, in an order that depends on nothing but the history.</summary>
    void Detect(HistoryFacts facts, CheckOptions options, AnomalyReport report);
}
