using System.Globalization;
using Deterministic.Protocol;

namespace Deterministic.Server.Metrics;

/// <summary>What one shard adds to a scrape. Runs on that shard; stateless.</summary>
internal static class ShardReport
{
    private const double MsPerMicro = 0.001;

    internal static void Write(BrokerShard shard, MetricSet set)
    {
        var nowMs = shard.Shard.MonotonicMs;
        RequestReport.Write(shard.Metrics, set, nowMs);
        PartitionReport.Write(shard, set);
        Topics(shard, set);
        Connections(shard, set);
        Waits(shard, set);
        Flushes(shard, set, nowMs);
        QuotaReport.Write(shard, set);
        GroupReport.Write(shard.Groups, set);
        GroupReport.Write(shard.Transactions, set);
        shard.Telemetry.Write(set);
    }

    private static void Topics(BrokerShard shard, MetricSet set)
    {
        List<Uuid>? gone = null;
        foreach (var (id, topic) in shard.Metrics.Topics)
        {
            if (shard.Image.FindTopic(id) is { } image)
            {
                Topic(topic, set, MetricLabels.Of("topic", image.Name));
            }
            else
            {
                (gone ??= []).Add(id);
            }
        }

        gone?.ForEach(shard.Metrics.Forget);
        var all = shard.Metrics.AllTopics;
        Topic(all, set, MetricLabels.None);
        Meter(set, "BytesRejectedPerSec", all.BytesRejected);
        Meter(set, "FailedFetchRequestsPerSec", all.FailedFetchRequests);
    }

    private static void Topic(TopicMetrics topic, MetricSet set, string labels)
    {
        Meter(set, "MessagesInPerSec", topic.MessagesIn, labels);
        Meter(set, "BytesInPerSec", topic.BytesIn, labels);
        Meter(set, "BytesOutPerSec", topic.BytesOut, labels);
        Meter(set, "TotalProduceRequestsPerSec", topic.ProduceRequests, labels);
        Meter(set, "TotalFetchRequestsPerSec", topic.FetchRequests, labels);
        Meter(set, "FailedProduceRequestsPerSec", topic.FailedProduceRequests, labels);
    }

    private static void Meter(MetricSet set, string name, double count, string labels = MetricLabels.None) =>
        set.Meter("server", "BrokerTopicMetrics", name, count, labels);

    private static void Connections(BrokerShard shard, MetricSet set)
    {
        var processor = MetricLabels.Of("networkProcessor", shard.Shard.Id.Value.ToString(CultureInfo.InvariantCulture));
        long expired = 0;
        foreach (var listener in shard.Metrics.Listeners)
        {
            var labels = MetricLabels.Join(MetricLabels.Of("listener", listener.Name), processor);
            Sensor("connection-count", shard.Connections.CountOf(listener.Name));
            Sensor("connection-creation-total", listener.Opened);
            Sensor("connection-close-total", listener.Closed);
            Sensor("incoming-byte-total", listener.BytesIn);
            Sensor("outgoing-byte-total", listener.BytesOut);
            Sensor("request-total", listener.Requests);
            Sensor("response-total", listener.Responses);
            Sensor("expired-connections-killed-count", listener.Expired);
            expired += listener.Expired;

            void Sensor(string attribute, double value) => set.Sensor("socket-server-metrics", attribute, value, labels);
        }

        set.Gauge("network", "SocketServer", "ExpiredConnectionsKilledCount", expired);
        var idle = shard.Metrics.Idle.Share();
        set.Percent("network", "Processor", "IdlePercent", idle, processor);

        // One thread does what Kafka's network processors and request handlers do; the mean over shards is both of theirs.
        set.Percent("network", "SocketServer", "NetworkProcessorAvgIdlePercent", idle / shard.Peers.Count);
        set.Percent("server", "KafkaRequestHandlerPool", "RequestHandlerAvgIdlePercent", idle / shard.Peers.Count);
        set.Percent("server", "KafkaRequestHandlerPool", "BrokerRequestHandlerAvgIdlePercent", idle / shard.Peers.Count);
    }

    private static void Waits(BrokerShard shard, MetricSet set)
    {
        Purgatory(set, "Produce", shard.Metrics.WaitingProduces);
        Purgatory(set, "Fetch", shard.Metrics.WaitingFetches);
        set.Meter("server", "DelayedFetchMetrics", "ExpiresPerSec", shard.Metrics.ExpiredFetches, MetricLabels.Of("fetcherType", "consumer"));
        set.Gauge("server", "FetchSessionCache", "NumIncrementalFetchSessions", shard.FetchSessions.Count);
        set.Gauge("server", "FetchSessionCache", "NumIncrementalFetchPartitionsCached", shard.FetchSessions.PartitionCount);
        set.Meter("server", "FetchSessionCache", "IncrementalFetchSessionEvictionsPerSec", shard.FetchSessions.Evictions);
    }

    private static void Purgatory(MetricSet set, string operation, int waiting)
    {
        var labels = MetricLabels.Of("delayedOperation", operation);
        set.Gauge("server", "DelayedOperationPurgatory", "PurgatorySize", waiting, labels);
        set.Gauge("server", "DelayedOperationPurgatory", "NumDelayedOperations", waiting, labels);
    }

    private static void Flushes(BrokerShard shard, MetricSet set, long nowMs)
    {
        set.Highest("log", "LogCleaner", "max-clean-time-secs", shard.Metrics.LastCleaningMs * 0.001);
        set.Highest("log", "LogCleanerManager", "time-since-last-run-ms", shard.Metrics.CleanerRanMs == 0 ? 0 : nowMs - shard.Metrics.CleanerRanMs);
        foreach (var directory in shard.Directories)
        {
            directory.FlushTime.Turn(nowMs);
            set.Histogram("log", "LogFlushStats", "LogFlushRateAndTimeMs", directory.FlushTime, MsPerMicro);
        }
    }
}
