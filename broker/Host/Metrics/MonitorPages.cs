using Deterministic.Kernel;
using Deterministic.Server.Metrics;

namespace Deterministic.Host.Metrics;

/// <summary>What the pages say: <c>/metrics</c>, <c>/healthz</c>, <c>/readyz</c>. Owned by the shard that serves them.</summary>
internal sealed class MonitorPages(Shard shard, NodeMonitor monitor)
{
    /// <summary>The page of that path.</summary>
    internal async Task<HttpAnswer> AnswerAsync(string path)
    {
        switch (path)
        {
            case "/metrics":
                var set = await monitor.CollectAsync();
                ProcessReport.Write(set);
                return new HttpAnswer(200, PrometheusText.ContentType, PrometheusText.Of(set));
            case "/healthz":
                return Judge(await monitor.CheckAliveAsync(shard), "alive");
            case "/readyz":
                return Judge(await monitor.CheckAliveAsync(shard) ?? await monitor.CheckReadyAsync(), "ready");
            default:
                return HttpAnswer.Line(404, $"there is no page {path}; there are /metrics, /healthz and /readyz");
        }
    }

    private static HttpAnswer Judge(string? reason, string good) => reason is null ? HttpAnswer.Line(200, good) : HttpAnswer.Line(503, reason);
}
