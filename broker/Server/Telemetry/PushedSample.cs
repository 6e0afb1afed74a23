using Deterministic.Server.Metrics;

namespace Deterministic.Server.Telemetry;

/// <summary>One number that a client pushed, under the name and the labels that Prometheus sees. With <paramref name="IsDelta"/> it is what came on top since the push before.</summary>
internal readonly record struct PushedSample(string Name, MetricKind Kind, string Labels, double Value, bool IsDelta);
