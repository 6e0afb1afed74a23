using Deterministic.Server.Metrics;

namespace Deterministic.Server.Connections;

/// <summary>When the request of an answer that is on its way had arrived, and when the answer was written; microseconds.</summary>
internal readonly record struct ResponseTimes(ApiMetrics Metrics, long ReceivedMicros, long WrittenMicros);
