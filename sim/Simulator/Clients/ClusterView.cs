using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>What a client process knows of the cluster: brokers and topics. Owned by its process; asks whoever of the bootstrap answers.</summary>
internal sealed class ClusterView(ClientProcess process)
{
    /// <summary>From here on a topic has an id in metadata.</summary>
    internal const short FirstVersionWithIds = 10;

    /// <summary>Before, a question about a topic may create it; so all topics are asked for.</summary>
    private const short FirstVersionWithoutCreation = 4;

    /// <summary>How long is waited for topics that are not there, as <c>max.block.ms</c> of producers.</summary>
    private const int BlockMsMax = 1500;

    private readonly SortedDictionary<int, BrokerAddress> _brokers = [];
    private readonly Dictionary<string, TopicView> _topics = new(StringComparer.Ordinal);
    private readonly HashSet<string> _gone = new(StringComparer.Ordinal);
    private Task<bool>? _refresh;

    /// <summary>What is known of a topic; null when nothing is.</summary>
    internal TopicView? Find(string topic) => _topics.GetValueOrDefault(topic);

    /// <summary>Where a broker listens; null when it is not known.</summary>
    internal BrokerAddress? AddressOf(int nodeId) => _brokers.TryGetValue(nodeId, out var address) ? address : null;

    /// <summary>Asks until the topic is there or time is up.</summary>
    internal async Task<TopicView?> TopicAsync(string topic, long untilMs)
    {
        while (true)
        {
            if (Find(topic) is { } known)
            {
                return known;
            }

            await RefreshAsync();
            if (Find(topic) is null)
            {
                if (process.Shard.MonotonicMs >= untilMs || _gone.Contains(topic))
                {
                    // Where all may be lost, nobody waits twice for a topic that nobody makes again.
                    _ = process.Fleet.MayForget && _gone.Add(topic);
                    return null;
                }

                await process.BackOffAsync();
            }
        }
    }

    /// <summary>Asks for a while for those of the topics, by their numbers, that are not known.</summary>
    internal async Task FindAsync(IEnumerable<int> topics)
    {
        var untilMs = process.Shard.MonotonicMs + BlockMsMax;
        foreach (var number in topics)
        {
            await TopicAsync(process.Fleet.Workload.Topics[number].Name, untilMs);
        }
    }

    /// <summary>What was known of the topic is not true any more.</summary>
    internal void Forget(string topic) => _topics.Remove(topic);

    /// <summary>Asks for all that the workload has; false when nobody answered. Several who ask at once share the answer.</summary>
    internal async Task<bool> RefreshAsync()
    {
        _refresh ??= AskAsync();
        var refresh = _refresh;
        try
        {
            return await refresh;
        }
        finally
        {
            if (ReferenceEquals(_refresh, refresh))
            {
                _refresh = null;
            }
        }
    }

    private async Task<bool> AskAsync()
    {
        try
        {
            var connection = await process.AnyBrokerAsync(_brokers.Values);
            var version = connection.VersionOf(MetadataRequest.Api);
            var promised = process.Fleet.Workload.Topics.Select(topic => process.Fleet.Promises.PartitionsOf(topic.Name)).ToArray();
            var response = await connection.AskAsync<MetadataRequest, MetadataResponse>(RequestFor(version), version, process.Plan.RequestTimeoutMs);
            Take(response, version);
            CheckPromised(promised);
            return true;
        }
        catch (RequestLostException)
        {
            return false;
        }
    }

    /// <summary>A topic has at least the partitions that somebody was told of when the question was asked.</summary>
    private void CheckPromised(int[] promised)
    {
        for (var i = 0; i < promised.Length; i++)
        {
            if (!process.Fleet.MayForget && Find(process.Fleet.Workload.Topics[i].Name) is { } topic && topic.Partitions.Count < promised[i])
            {
                throw new ViolationException("partitions-stay", $"metadata has {topic.Partitions.Count} partitions of {topic.Name}; a client was told of {promised[i]}");
            }
        }
    }

    private MetadataRequest RequestFor(short version)
    {
        var request = new MetadataRequest { AllowAutoTopicCreation = false };
        if (version < FirstVersionWithoutCreation)
        {
            request.Topics = version == 0 ? default : Seq<MetadataRequest.MetadataRequestTopic>.Null;
            return request;
        }

        foreach (var topic in process.Fleet.Workload.Topics)
        {
            request.Topics.Add(new MetadataRequest.MetadataRequestTopic { Name = topic.Name });
        }

        return request;
    }

    private void Take(in MetadataResponse response, short version)
    {
        _brokers.Clear();
        foreach (var broker in response.Brokers)
        {
            _brokers[broker.NodeId] = new BrokerAddress(broker.Host.ToString(), broker.Port);
        }

        _topics.Clear();
        foreach (ref var topic in response.Topics)
        {
            var name = topic.Name.ToString();
            if (topic.ErrorCode == 0 && process.Fleet.PlanOf(name) is { } plan)
            {
                if (version >= FirstVersionWithIds && topic.TopicId.IsZero)
                {
                    throw new ViolationException("topic-ids", $"metadata has topic {name} without an id");
                }

                _topics[name] = new TopicView(plan, topic.TopicId, PartitionsOf(topic));
            }
        }
    }

    private static PartitionView[] PartitionsOf(in MetadataResponse.MetadataResponseTopic topic)
    {
        var partitions = new PartitionView[topic.Partitions.Count];
        foreach (ref var partition in topic.Partitions)
        {
            if (partition.PartitionIndex < 0 || partition.PartitionIndex >= partitions.Length)
            {
                throw new ViolationException("metadata-partitions", $"topic {topic.Name} has {partitions.Length} partitions, and one of them is {partition.PartitionIndex}");
            }

            partitions[partition.PartitionIndex] = new PartitionView(partition.ErrorCode == 0 ? partition.LeaderId : -1, partition.LeaderEpoch);
        }

        return partitions;
    }
}
