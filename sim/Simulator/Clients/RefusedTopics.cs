using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Simulator.Workloads;
using Deterministic.Simulator.Worlds;
using CreatableTopic = Deterministic.Protocol.Apis.CreateTopicsRequest.CreatableTopic;

namespace Deterministic.Simulator.Clients;

/// <summary>Requests about topics and configs that must be refused. The topics that come of it nobody else uses. Owned by its client process.</summary>
internal sealed class RefusedTopics(ClientProcess process)
{
    private const int NameMax = 249;
    private const int PartitionsTooMany = 2_000_000;
    private const short FirstDeleteVersionWithIds = 6;

    private static readonly string[] s_badNames = ["", ".", "..", "a/b", "a b", "\u00fc", new string('a', NameMax + 1)];
    private static readonly (string Key, string Value)[] s_badConfigs =
        [("no.such.config", "1"), ("retention.ms", "soon"), ("segment.bytes", "1"), ("cleanup.policy", "burn"), ("min.insync.replicas", "0")];

    internal Task<(ErrorCode[] Expected, List<ErrorCode> Errors)> AskAsync(RefusedRequest request, int variant) => request switch
    {
        RefusedRequest.TopicName => CreateAsync(Topic(s_badNames[variant % s_badNames.Length]), ErrorCode.InvalidTopicException),
        RefusedRequest.TopicNameCollides => CollideAsync(),
        RefusedRequest.TopicNameTwice => CreateAsync([Topic("refused-twice"), Topic("refused-twice")], [ErrorCode.InvalidRequest]),
        RefusedRequest.TopicIsInternal => CreateAsync(Topic("__cluster_metadata"), ErrorCode.InvalidRequest),
        RefusedRequest.PartitionCount => CreateAsync(Topic("refused-count", partitions: variant % 2 == 0 ? 0 : -2), ErrorCode.InvalidPartitions),
        RefusedRequest.TooManyPartitions => CreateAsync(Topic("refused-many", PartitionsTooMany), ErrorCode.PolicyViolation),
        RefusedRequest.ReplicationFactor => CreateAsync(Topic("refused-replicas", replicas: (short)(variant % 2 == 0 ? 0 : 5)), ErrorCode.InvalidReplicationFactor),
        RefusedRequest.Assignment => CreateAsync(Assigned(variant), ErrorCode.InvalidReplicaAssignment),
        RefusedRequest.TopicConfig => CreateAsync(Configured(s_badConfigs[variant % s_badConfigs.Length]), ErrorCode.InvalidConfig),
        RefusedRequest.ValidateOnly => ValidateAsync(),
        RefusedRequest.WithoutTime => CreateAsync([Topic("refused-time")], [ErrorCode.RequestTimedOut, ErrorCode.TopicAlreadyExists], timeoutMs: 0),
        RefusedRequest.DeleteUnknownName => DeleteAsync(new() { Name = "refused-none" }, ErrorCode.UnknownTopicOrPartition),
        RefusedRequest.DeleteUnknownId => variant % 2 == 0
            ? DeleteAsync(new() { Name = Text.Null, TopicId = new Uuid(1, (ulong)variant + 1) }, ErrorCode.UnknownTopicId)
            : DeleteAsync(new() { Name = Text.Null }, ErrorCode.InvalidRequest),
        RefusedRequest.DescribeUnknown => DescribeAsync(variant),
        _ => throw new ArgumentException($"{request} is not about topics", nameof(request)),
    };

    private static CreatableTopic Topic(string name, int partitions = 1, short replicas = 1) => new() { Name = name, NumPartitions = partitions, ReplicationFactor = replicas };

    private static CreatableTopic Configured((string Key, string Value) config)
    {
        var topic = Topic("refused-config");
        topic.Configs.Add(new CreateTopicsRequest.CreatableTopicConfig { Name = config.Key, Value = config.Value });
        return topic;
    }

    /// <summary>Partition 1 alone, or a broker that there is not.</summary>
    private static CreatableTopic Assigned(int variant)
    {
        var topic = Topic("refused-assignment", partitions: -1, replicas: -1);
        topic.Assignments.Add(new CreateTopicsRequest.CreatableReplicaAssignment
        {
            PartitionIndex = variant % 2, BrokerIds = Seq<int>.Of(variant % 2 == 1 ? 1 : int.MaxValue),
        });
        return topic;
    }

    private Task<(ErrorCode[] Expected, List<ErrorCode> Errors)> CreateAsync(CreatableTopic topic, ErrorCode expected) => CreateAsync([topic], [expected]);

    private async Task<(ErrorCode[] Expected, List<ErrorCode> Errors)> CreateAsync(
        CreatableTopic[] topics, ErrorCode[] expected, bool validateOnly = false, int timeoutMs = 3000)
    {
        var connection = await process.AnyBrokerAsync([]);
        var response = await connection.AskAsync<CreateTopicsRequest, CreateTopicsResponse>(
            new CreateTopicsRequest { Topics = Seq<CreatableTopic>.Of(topics), TimeoutMs = timeoutMs, ValidateOnly = validateOnly });
        return (expected, Refusals.Errors(response.Topics, static topic => topic.ErrorCode));
    }

    private async Task<(ErrorCode[] Expected, List<ErrorCode> Errors)> CollideAsync()
    {
        var (_, first) = await CreateAsync([Topic("refused.dot")], []);
        if (first is not [ErrorCode.None or ErrorCode.TopicAlreadyExists])
        {
            return ([], []);
        }

        return await CreateAsync([Topic("refused_dot")], process.Fleet.MayForget ? [ErrorCode.InvalidTopicException, ErrorCode.None, ErrorCode.TopicAlreadyExists] : [ErrorCode.InvalidTopicException]);
    }

    private async Task<(ErrorCode[] Expected, List<ErrorCode> Errors)> ValidateAsync()
    {
        var answer = await CreateAsync([Topic("refused-validated", partitions: 3)], [ErrorCode.None], validateOnly: true);
        var connection = await process.AnyBrokerAsync([]);
        var request = new MetadataRequest { AllowAutoTopicCreation = false };
        if (connection.VersionOf(MetadataRequest.Api) >= 4)
        {
            request.Topics.Add(new MetadataRequest.MetadataRequestTopic { Name = "refused-validated" });
            var metadata = await connection.AskAsync<MetadataRequest, MetadataResponse>(request);
            if (metadata.Topics.Count != 1 || (ErrorCode)metadata.Topics[0].ErrorCode != ErrorCode.UnknownTopicOrPartition)
            {
                throw new ViolationException("refused", "a topic that was to be validated only is there");
            }
        }

        return answer;
    }

    private async Task<(ErrorCode[] Expected, List<ErrorCode> Errors)> DeleteAsync(DeleteTopicsRequest.DeleteTopicState topic, ErrorCode expected)
    {
        var connection = await process.AnyBrokerAsync([]);
        var version = connection.VersionOf(DeleteTopicsRequest.Api);
        if (version < FirstDeleteVersionWithIds && topic.Name.IsNull)
        {
            return ([], []);
        }

        var request = new DeleteTopicsRequest { TimeoutMs = process.Plan.RequestTimeoutMs };
        request.Topics.Add(topic);
        if (version < FirstDeleteVersionWithIds)
        {
            request.TopicNames.Add(topic.Name);
        }

        var response = await connection.AskAsync<DeleteTopicsRequest, DeleteTopicsResponse>(request, version, process.Plan.RequestTimeoutMs);
        return ([expected], Refusals.Errors(response.Responses, static topic => topic.ErrorCode));
    }

    private async Task<(ErrorCode[] Expected, List<ErrorCode> Errors)> DescribeAsync(int variant)
    {
        var connection = await process.AnyBrokerAsync([]);
        var request = new DescribeConfigsRequest();
        request.Resources.Add(new DescribeConfigsRequest.DescribeConfigsResource
        {
            ResourceType = (sbyte)(variant % 2 == 0 ? 99 : 2), ResourceName = "refused-none", ConfigurationKeys = Seq<Text>.Null,
        });
        var response = await connection.AskAsync<DescribeConfigsRequest, DescribeConfigsResponse>(request);
        return (variant % 2 == 0 ? [ErrorCode.InvalidRequest] : [ErrorCode.UnknownTopicOrPartition], Refusals.Errors(response.Results, static result => result.ErrorCode));
    }
}
