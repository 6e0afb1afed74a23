using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Simulator.Workloads;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>What a client does to topics. Owned by its client process.</summary>
internal sealed class Administrator(ClientProcess process)
{
    /// <summary>From here on a deletion may name the id.</summary>
    private const short FirstDeleteVersionWithIds = 6;

    /// <summary>Creates a topic and tries again until it exists or time is up.</summary>
    internal async Task CreateAsync(PlannedTopic topic, long untilMs)
    {
        while (process.Shard.MonotonicMs < untilMs)
        {
            var error = await CreateOnceAsync(topic);
            if (error is ErrorCode.None or ErrorCode.TopicAlreadyExists)
            {
                return;
            }

            if (!ErrorReaction.IsRetriable(error))
            {
                throw new ViolationException("expected-errors", $"CreateTopics of {topic.Name} answers {error}");
            }

            await process.BackOffAsync();
        }
    }

    /// <summary>Deletes a topic; once, since the next try might meet another of that name.</summary>
    internal async Task DeleteAsync(PlannedTopic topic, long untilMs)
    {
        if (await process.View.TopicAsync(topic.Name, untilMs) is not { } view)
        {
            return;
        }

        ClientFleet.OnDeleting(topic);
        try
        {
            var connection = await process.AnyBrokerAsync([]);
            var version = connection.VersionOf(DeleteTopicsRequest.Api);
            var request = new DeleteTopicsRequest { TimeoutMs = process.Plan.RequestTimeoutMs };
            var isById = version >= FirstDeleteVersionWithIds && !view.Id.IsZero;
            request.Topics.Add(new DeleteTopicsRequest.DeleteTopicState { Name = isById ? Text.Null : topic.Name, TopicId = isById ? view.Id : Uuid.Zero });
            request.TopicNames.Add(topic.Name);
            var response = await connection.AskAsync<DeleteTopicsRequest, DeleteTopicsResponse>(request, version, process.Plan.RequestTimeoutMs);
            var error = (ErrorCode)response.Responses[0].ErrorCode;
            if (error is not (ErrorCode.None or ErrorCode.UnknownTopicOrPartition or ErrorCode.UnknownTopicId) && !ErrorReaction.IsRetriable(error))
            {
                throw new ViolationException("expected-errors", $"DeleteTopics of {topic.Name} answers {error}");
            }
        }
        catch (RequestLostException)
        {
            // Maybe it is gone, maybe not: the metadata will say.
        }

        process.View.Forget(topic.Name);
    }

    private async Task<ErrorCode> CreateOnceAsync(PlannedTopic topic)
    {
        try
        {
            var connection = await process.AnyBrokerAsync([]);
            var creatable = new CreateTopicsRequest.CreatableTopic
            {
                Name = topic.Name, NumPartitions = topic.Partitions, ReplicationFactor = topic.ReplicationFactor,
            };
            foreach (var (key, value) in topic.Configs)
            {
                creatable.Configs.Add(new CreateTopicsRequest.CreatableTopicConfig { Name = key, Value = value });
            }

            var request = new CreateTopicsRequest { TimeoutMs = process.Plan.RequestTimeoutMs };
            request.Topics.Add(creatable);
            var response = await connection.AskAsync<CreateTopicsRequest, CreateTopicsResponse>(request);
            return (ErrorCode)response.Topics[0].ErrorCode;
        }
        catch (RequestLostException)
        {
            return ErrorCode.NetworkException;
        }
    }
}
