using Deterministic.Server.Metadata;
using Deterministic.Server.Quotas;

namespace Deterministic.Server.Metrics;

/// <summary>What clients with quotas used lately, and how long they were made to wait. Runs on the shard that counts for them; stateless.</summary>
internal static class QuotaReport
{
    internal static void Write(BrokerShard shard, MetricSet set)
    {
        var nowMs = shard.Quotas.NowMs;
        foreach (var ((kind, entity), sensor) in shard.Quotas.Sensors.All)
        {
            if (TypeOf(kind) is { } type)
            {
                var labels = LabelsOf(entity);
                set.Sensor(type, kind == QuotaKind.Request ? "request-time" : "byte-rate", sensor.Windows.Rate(nowMs), labels);
                set.Sensor(type, "throttle-time", sensor.MeanThrottleMs(nowMs), labels);
            }
        }
    }

    private static string? TypeOf(QuotaKind kind) => kind switch
    {
        QuotaKind.Produce => "Produce",
        QuotaKind.Fetch => "Fetch",
        QuotaKind.Request => "Request",
        _ => null,
    };

    private static string LabelsOf(string entity) => entity == QuotaSensors.Others
        ? MetricLabels.Of("client_id", QuotaSensors.Others)
        : QuotaEntity.OfCanonical(entity).Parts.Aggregate("", static (labels, part) =>
            MetricLabels.Join(labels, MetricLabels.Of(part.Key.Replace('-', '_'), part.Value ?? "<default>")));
}
