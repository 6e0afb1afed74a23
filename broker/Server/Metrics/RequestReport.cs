using System.Globalization;
using Deterministic.Kernel.Metrics;
using Deterministic.Protocol;

namespace Deterministic.Server.Metrics;

/// <summary>The metrics of the requests of one shard. Stateless.</summary>
internal static class RequestReport
{
    private const double MsPerMicro = 0.001;

    internal static void Write(ShardMetrics metrics, MetricSet set, long nowMs)
    {
        foreach (var api in metrics.Apis)
        {
            // Kafka tells the fetches of consumers from those of followers; all of ours are consumers'.
            Write(api, set, api.Api.Key.ToString(), nowMs);
            if (api.Api.Key == ApiKey.Fetch)
            {
                Write(api, set, "FetchConsumer", nowMs);
            }
        }
    }

    private static void Write(ApiMetrics api, MetricSet set, string name, long nowMs)
    {
        var request = MetricLabels.Of("request", name);
        for (var version = api.Api.First; version <= api.Api.Last; version++)
        {
            if (api.RequestsOf(version) > 0)
            {
                var labels = MetricLabels.Join(request, MetricLabels.Of("version", version.ToString(CultureInfo.InvariantCulture)));
                set.Meter("network", "RequestMetrics", "RequestsPerSec", api.RequestsOf(version), labels);
            }
        }

        for (var code = -1; code < ApiMetrics.ErrorCodesMax; code++)
        {
            if (api.ErrorsOf(code) > 0)
            {
                var labels = MetricLabels.Join(request, MetricLabels.Of("error", ErrorCodes.NameOf((ErrorCode)code)));
                set.Meter("network", "RequestMetrics", "ErrorsPerSec", api.ErrorsOf(code), labels);
            }
        }

        Time(set, "TotalTimeMs", api.TotalTime, request, nowMs);
        Time(set, "RequestQueueTimeMs", api.RequestQueueTime, request, nowMs);
        Time(set, "LocalTimeMs", api.LocalTime, request, nowMs);
        Time(set, "RemoteTimeMs", api.RemoteTime, request, nowMs);
        Time(set, "ResponseQueueTimeMs", api.ResponseQueueTime, request, nowMs);
        Time(set, "ResponseSendTimeMs", api.ResponseSendTime, request, nowMs);
        api.RequestBytes.Turn(nowMs);
        set.Histogram("network", "RequestMetrics", "RequestBytes", api.RequestBytes, 1, request);
    }

    private static void Time(MetricSet set, string name, Histogram histogram, string request, long nowMs)
    {
        histogram.Turn(nowMs);
        set.Histogram("network", "RequestMetrics", name, histogram, MsPerMicro, request);
    }
}
