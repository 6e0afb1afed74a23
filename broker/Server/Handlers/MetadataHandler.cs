using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Configs;
using Deterministic.Server.Connections;
using Deterministic.Server.Controller;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Handlers;

/// <summary>
/// Metadata (3): brokers, topics and their leaders. Topics that do not exist are created where client and configuration
/// allow it, and then they are in the answer, so that the client need not ask again. Lives as long as its shard.
/// </summary>
public sealed class MetadataHandler(
    MetadataCache cache, IControllerClient controller, BrokerConfig config, NodeIdentity node)
    : IRequestHandler<MetadataRequest, MetadataResponse>
{
    private const short NullNameSince = 12;
    private const short EmptyMeansNoneSince = 1;

    /// <inheritdoc/>
    public async ValueTask<MetadataResponse> HandleAsync(MetadataRequest request, RequestContext context)
    {
        if (WhyMalformed(request, context.Version) is { } error)
        {
            return Refuse(request, error);
        }

        if (IsAllTopics(request, context.Version))
        {
            var all = Begin(request, context);
            foreach (var topic in cache.Image.TopicsByName.Values)
            {
                all.Topics.Add(Describe(topic, request, context));
            }

            return all;
        }

        var created = await CreateMissingAsync(request);
        var response = Begin(request, context);
        AddAsked(ref response, request, context, created);
        return response;
    }

    private static bool IsAllTopics(in MetadataRequest request, short version) =>
        version < EmptyMeansNoneSince ? request.Topics.Count == 0 : request.Topics.IsNull;

    // As Kafka answers: ids are for versions from 12 on, and neither name nor id names nothing.
    private static ErrorCode? WhyMalformed(in MetadataRequest request, short version)
    {
        foreach (ref var topic in request.Topics.Span)
        {
            if (version < NullNameSince && (topic.Name.IsNull || !topic.TopicId.IsZero))
            {
                return ErrorCode.InvalidRequest;
            }

            if (topic.Name.IsNull && topic.TopicId.IsZero)
            {
                return ErrorCode.UnknownServerError;
            }
        }

        return null;
    }

    private static MetadataResponse Refuse(in MetadataRequest request, ErrorCode error)
    {
        var response = new MetadataResponse { ErrorCode = (short)error };
        foreach (ref var topic in request.Topics.Span)
        {
            response.Topics.Add(new MetadataResponse.MetadataResponseTopic
            {
                ErrorCode = (short)error,
                Name = topic.Name.IsNull ? Text.Empty : topic.Name,
                TopicId = topic.TopicId,
            });
        }

        return response;
    }

    private async Task<Dictionary<string, ErrorCode>?> CreateMissingAsync(MetadataRequest request)
    {
        if (!request.AllowAutoTopicCreation || HasIds(request) || !config.AutoCreateTopicsEnable)
        {
            return null;
        }

        Dictionary<string, Task<ErrorCode>>? asked = null;
        foreach (ref var topic in request.Topics.Span)
        {
            if (topic.TopicId.IsZero && cache.Image.FindTopic(topic.Name) is null)
            {
                var name = topic.Name.ToString();
                asked ??= new Dictionary<string, Task<ErrorCode>>(StringComparer.Ordinal);
                if (TopicNames.IsValid(name) && name != TopicNames.ClusterMetadata && !asked.ContainsKey(name))
                {
                    asked.Add(name, controller.EnsureTopicAsync(name));
                }
            }
        }

        return asked is null ? null : await CollectAsync(asked);
    }

    private static async Task<Dictionary<string, ErrorCode>> CollectAsync(Dictionary<string, Task<ErrorCode>> asked)
    {
        var errors = new Dictionary<string, ErrorCode>(StringComparer.Ordinal);
        foreach (var (name, task) in asked)
        {
            errors.Add(name, await task);
        }

        return errors;
    }

    private MetadataResponse Begin(in MetadataRequest request, RequestContext context)
    {
        var response = new MetadataResponse { ClusterId = Text.Of(node.ClusterId), ControllerId = node.NodeId };
        foreach (var broker in cache.Image.Brokers.Values)
        {
            if (!broker.IsFenced && broker.FindEndpoint(context.ListenerName) is { } endpoint)
            {
                response.Brokers.Add(new MetadataResponse.MetadataResponseBroker
                {
                    NodeId = broker.BrokerId,
                    Host = Text.Of(endpoint.Host),
                    Port = endpoint.Port,
                    Rack = Text.Of(broker.Rack),
                });
            }
        }

        if (request.IncludeClusterAuthorizedOperations)
        {
            response.ClusterAuthorizedOperations = AuthorizedOperations.Cluster;
        }

        return response;
    }

    private void AddAsked(
        ref MetadataResponse response, in MetadataRequest request, RequestContext context, Dictionary<string, ErrorCode>? created)
    {
        var answered = new HashSet<Uuid>();
        var refused = new HashSet<string>(StringComparer.Ordinal);
        var hasIds = HasIds(request);
        foreach (ref var asked in request.Topics.Span)
        {
            // Where one topic is asked for by its id, names count for nothing, as with Kafka.
            if (hasIds && asked.TopicId.IsZero)
            {
                continue;
            }

            var topic = asked.TopicId.IsZero ? cache.Image.FindTopic(asked.Name) : cache.Image.FindTopic(asked.TopicId);
            if (topic is not null)
            {
                if (answered.Add(topic.Id))
                {
                    response.Topics.Add(Describe(topic, request, context));
                }
            }
            else if (!asked.TopicId.IsZero)
            {
                if (answered.Add(asked.TopicId))
                {
                    response.Topics.Add(Missing(ErrorCode.UnknownTopicId, Text.Null, asked.TopicId));
                }
            }
            else if (refused.Add(asked.Name.ToString()))
            {
                var missing = Missing(WhyMissing(asked.Name.ToString(), created), asked.Name, Uuid.Zero);
                missing.TopicAuthorizedOperations = request.IncludeTopicAuthorizedOperations ? AuthorizedOperations.Topic : missing.TopicAuthorizedOperations;
                response.Topics.Add(missing);
            }
        }
    }

    private static bool HasIds(in MetadataRequest request)
    {
        foreach (ref var topic in request.Topics.Span)
        {
            if (!topic.TopicId.IsZero)
            {
                return true;
            }
        }

        return false;
    }

    private static ErrorCode WhyMissing(string name, Dictionary<string, ErrorCode>? created)
    {
        if (!TopicNames.IsValid(name))
        {
            return ErrorCode.InvalidTopicException;
        }

        return created is not null && created.TryGetValue(name, out var error) && error != ErrorCode.None
            ? error
            : ErrorCode.UnknownTopicOrPartition;
    }

    private static MetadataResponse.MetadataResponseTopic Missing(ErrorCode error, Text name, Uuid id) =>
        new() { ErrorCode = (short)error, Name = name, TopicId = id, IsInternal = !name.IsNull && TopicNames.IsInternal(name.ToString()) };

    private MetadataResponse.MetadataResponseTopic Describe(TopicImage topic, in MetadataRequest request, RequestContext context)
    {
        var described = new MetadataResponse.MetadataResponseTopic
        {
            Name = topic.NameText,
            TopicId = topic.Id,
            IsInternal = TopicNames.IsInternal(topic.Name),
        };
        if (request.IncludeTopicAuthorizedOperations)
        {
            described.TopicAuthorizedOperations = AuthorizedOperations.Topic;
        }

        foreach (var partition in topic.Partitions)
        {
            var leader = PartitionAvailability.LeaderOf(cache.Image, partition, context.ListenerName, out var error);
            described.Partitions.Add(new MetadataResponse.MetadataResponsePartition
            {
                ErrorCode = (short)error,
                PartitionIndex = partition.PartitionId,
                LeaderId = leader,
                LeaderEpoch = partition.LeaderEpoch,
                ReplicaNodes = PartitionImage.ToSeq(partition.Replicas),
                IsrNodes = PartitionImage.ToSeq(partition.Isr),
                OfflineReplicas = PartitionAvailability.OfflineReplicas(cache.Image, partition),
            });
        }

        return described;
    }
}
