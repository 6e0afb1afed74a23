using Deterministic.Protocol;
using Deterministic.Server;
using Deterministic.Server.Metrics;
using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// What a broker counts is what has happened: records in are those that its logs got in this life, open connections those that were
/// opened and not closed; counters do not fall within one life; when clients are gone nobody waits.
/// </summary>
internal sealed class MetricsMatchTruth(World world) : IInvariant
{
    private readonly Dictionary<string, long> _before = new(StringComparer.Ordinal);

    private readonly Dictionary<(string Broker, int Shard, Uuid Topic, int Partitions), long> _early = [];

    /// <inheritdoc/>
    public string Name => "metrics-match-truth";

    /// <inheritdoc/>
    public void OnState(BrokerWatch watch, BrokerState state)
    {
        if (state == BrokerState.Down)
        {
            _before.Clear();
            _early.Clear();
        }
    }

    /// <inheritdoc/>
    public void Inspect(Inspection inspection)
    {
        foreach (var shard in inspection.Parts.Shards)
        {
            Connections(inspection, shard);
            Records(inspection, shard);
            NeverFall(inspection, shard);
        }
    }

    /// <inheritdoc/>
    public void AtEnd(Inspection inspection)
    {
        var set = new MetricSet();
        foreach (var shard in inspection.Parts.Shards)
        {
            ShardReport.Write(shard, set);
        }

        set.Complete();
        Exported("kafka_server_replicamanager_partitioncount", inspection.Parts.Shards.Sum(shard => shard.Partitions.Count));
        Exported("kafka_log_log_logendoffset", inspection.Parts.Shards.Sum(shard => shard.Partitions.Values.Sum(partition => partition.Log.LogEndOffset)));
        Exported("kafka_server_socket_server_metrics_connection_count", inspection.Parts.Shards.Sum(shard => shard.Connections.Count));
        Exported("kafka_server_group_coordinator_metrics_group_count", inspection.Parts.Shards.Sum(shard => shard.Groups.Partitions.Values.Sum(partition => partition.Groups.Count)));

        void Exported(string name, double expected) => Expect(inspection, name, set.Find(name)?.Samples.Values.Sum() ?? 0, expected);
    }

    /// <inheritdoc/>
    public void AtRest(Inspection inspection)
    {
        foreach (var shard in inspection.Parts.Shards)
        {
            Expect(inspection, $"produces that wait on shard {shard.Shard.Id}", shard.Metrics.WaitingProduces, 0);
            Expect(inspection, $"fetches that wait on shard {shard.Shard.Id}", shard.Metrics.WaitingFetches, 0);
        }
    }

    private void Connections(Inspection inspection, BrokerShard shard)
    {
        long open = 0;
        foreach (var listener in shard.Metrics.Listeners)
        {
            open += listener.Opened - listener.Closed;
            if (listener.Responses > listener.Requests)
            {
                world.Fail(Name, $"{inspection.Broker.Node.Name}: shard {shard.Shard.Id} sent {listener.Responses} answers to {listener.Requests} requests");
            }
        }

        Expect(inspection, $"connections opened less connections closed on shard {shard.Shard.Id}", open, shard.Connections.Count);
    }

    private void Records(Inspection inspection, BrokerShard shard)
    {
        var appended = new Dictionary<Uuid, (int Partitions, long Records)>();
        var unknown = new HashSet<Uuid>();
        foreach (var (id, partition) in shard.Partitions)
        {
            if (partition.IsGone || inspection.Watch.Find(id) is not { IsOpen: true } log || !ReferenceEquals(log.Log, partition.Log))
            {
                unknown.Add(id.TopicId);
                continue;
            }

            var (partitions, records) = appended.GetValueOrDefault(id.TopicId);
            appended[id.TopicId] = (partitions + 1, records + partition.Log.LogEndOffset - log.StartedEnd);
        }

        foreach (var (topicId, (partitions, records)) in appended)
        {
            if (!unknown.Contains(topicId) && shard.Metrics.Topics.TryGetValue(topicId, out var topic))
            {
                // A broker that starts may have taken records before anybody looked at its logs: those count on top, once.
                var key = (inspection.Broker.Node.Name, shard.Shard.Id.Value, topicId, partitions);
                if (!_early.TryGetValue(key, out var early))
                {
                    _early.Add(key, early = topic.MessagesIn - records);
                }

                Expect(inspection, $"records in of topic {shard.Image.FindTopic(topicId)?.Name} on shard {shard.Shard.Id}", topic.MessagesIn, records + early);
            }
        }
    }

    private void NeverFall(Inspection inspection, BrokerShard shard)
    {
        var all = shard.Metrics.AllTopics;
        NeverFalls("records in", all.MessagesIn);
        NeverFalls("bytes in", all.BytesIn);
        NeverFalls("bytes out", all.BytesOut);
        NeverFalls("bytes rejected", all.BytesRejected);
        NeverFalls("produce requests", all.ProduceRequests);
        NeverFalls("fetch requests", all.FetchRequests);
        NeverFalls("telemetry pushes", shard.Telemetry.Pushes);
        foreach (var listener in shard.Metrics.Listeners)
        {
            NeverFalls($"bytes received by {listener.Name}", listener.BytesIn);
            NeverFalls($"bytes sent by {listener.Name}", listener.BytesOut);
        }

        foreach (var api in shard.Metrics.Apis)
        {
            NeverFalls($"answers to {api.Api.Key}", api.TotalTime.Count);
            if (api.TotalTime.Count > api.RequestBytes.Count)
            {
                world.Fail(Name, $"{inspection.Broker.Node.Name}: shard {shard.Shard.Id} timed {api.TotalTime.Count} answers to {api.RequestBytes.Count} requests {api.Api.Key}");
            }
        }

        void NeverFalls(string what, long value)
        {
            var key = $"{inspection.Broker.Node.Name} shard {shard.Shard.Id} {what}";
            if (_before.TryGetValue(key, out var before) && value < before)
            {
                world.Fail(Name, $"{key} fell from {before} to {value}");
            }

            _before[key] = value;
        }
    }

    private void Expect(Inspection inspection, string what, double actual, double expected)
    {
        if (actual != expected)
        {
            world.Fail(Name, $"{inspection.Broker.Node.Name}: {what} are {actual}; in truth {expected}");
        }
    }
}
