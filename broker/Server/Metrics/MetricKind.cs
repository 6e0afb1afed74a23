namespace Deterministic.Server.Metrics;

/// <summary>What a metric's numbers mean to Prometheus.</summary>
public enum MetricKind
{
    /// <summary>Only ever grows within one life of the broker.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Nobody said.</summary>
    Untyped,
}
