using System.Collections.Immutable;
using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Stored.Metadata;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Configs;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Controller;

/// <summary>Decides CreateTopics: which topics may be made, with which partitions, replicas and configuration. Lives for one request on shard 0.</summary>
internal sealed class TopicCreation
{
    /// <summary>Partitions that one request may make.</summary>
    internal const int PartitionsPerRequestMax = 10_000;

    private const int RecordsPerRequestMax = 10_000;
    private const string MinInsyncReplicas = "min.insync.replicas";

    private readonly ControllerContext _context;
    private MetadataRecordList _records = new();
    private readonly HashSet<string> _unifiedNames = new(StringComparer.Ordinal);
    private readonly ReplicaPlacement _placement;
    private CreateTopicsResponse _response;

    private TopicCreation(ControllerContext context)
    {
        _context = context;
        _placement = new ReplicaPlacement(context);
    }

    internal static ControllerDecision<CreateTopicsResponse> Decide(in CreateTopicsRequest request, ControllerContext context)
    {
        var creation = new TopicCreation(context);
        creation.DecideAll(request);
        return new ControllerDecision<CreateTopicsResponse>(
            request.ValidateOnly ? new MetadataRecordList() : creation._records, creation._response);
    }

    private void DecideAll(in CreateTopicsRequest request)
    {
        if (request.TimeoutMs <= 0)
        {
            Mark.Hit("topic.creation-without-time");
            AnswerAll(request, ErrorCode.RequestTimedOut, null);
            return;
        }

        if (CountPartitions(request) > PartitionsPerRequestMax)
        {
            Mark.Hit("topic.too-many-partitions");
            AnswerAll(request, ErrorCode.PolicyViolation, "Excessively large number of partitions per request.");
            return;
        }

        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (ref var topic in request.Topics.Span)
        {
            var name = topic.Name.ToString();
            seen[name] = seen.GetValueOrDefault(name) + 1;
        }

        foreach (ref var topic in request.Topics.Span)
        {
            var name = topic.Name.ToString();
            if (seen[name] == 1 && name != TopicNames.ClusterMetadata)
            {
                DecideOne(topic, name, request.ValidateOnly);
            }
        }

        AnswerSetAside(seen);
        if (_records.Count > RecordsPerRequestMax)
        {
            Mark.Hit("topic.too-many-records");
            _records = new MetadataRecordList();
            _response = new CreateTopicsResponse();
            AnswerAll(request, ErrorCode.PolicyViolation, "Unable to perform excessively large batch operation.");
        }
    }

    // As Kafka does: what is refused before the controller looks at it comes last.
    private void AnswerSetAside(Dictionary<string, int> seen)
    {
        foreach (var (name, count) in seen)
        {
            if (name == TopicNames.ClusterMetadata)
            {
                Answer(name, ErrorCode.InvalidRequest, $"Creation of internal topic {name} is prohibited.");
            }
            else if (count > 1)
            {
                Mark.Hit("topic.name-twice");
                Answer(name, ErrorCode.InvalidRequest, "Duplicate topic name.");
            }
        }
    }

    private void DecideOne(in CreateTopicsRequest.CreatableTopic topic, string name, bool validateOnly)
    {
        try
        {
            CheckName(name);
            var overrides = CheckConfigs(topic);
            var partitions = Partitions(topic);
            _context.CheckMutationQuota(partitions.Length);
            _unifiedNames.Add(TopicNames.Unify(name));
            Write(topic.Name, name, overrides, partitions, validateOnly);
        }
        catch (Refusal refusal)
        {
            Answer(name, refusal.Error, refusal.Text);
        }
    }

    private void CheckName(string name)
    {
        if (TopicNames.WhyInvalid(name) is { } reason)
        {
            Mark.Hit("topic.name-invalid");
            throw new Refusal(ErrorCode.InvalidTopicException, reason);
        }

        if (_context.Image.FindTopic(name) is not null)
        {
            Mark.Hit("topic.exists");
            throw new Refusal(ErrorCode.TopicAlreadyExists, $"Topic '{name}' already exists.");
        }

        if (TopicNames.FindCollision(_context.Image, name) is { } other)
        {
            Mark.Hit("topic.name-collides");
            throw new Refusal(
                ErrorCode.InvalidTopicException, $"Topic '{name}' collides with existing topic: {other}");
        }

        if (_unifiedNames.Contains(TopicNames.Unify(name)))
        {
            throw new Refusal(
                ErrorCode.InvalidTopicException, $"Topic '{name}' collides with another topic of this request");
        }
    }

    private IReadOnlyDictionary<string, string> CheckConfigs(in CreateTopicsRequest.CreatableTopic topic)
    {
        var asked = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (ref var config in topic.Configs.Span)
        {
            // The same key twice: the last wins, as with Kafka.
            asked[config.Name.ToString()] = config.Value.AsString();
        }

        try
        {
            return TopicConfig.CheckOverrides(asked, _context.Config);
        }
        catch (ConfigException e)
        {
            Mark.Hit("topic.config-invalid");
            throw new Refusal(ErrorCode.InvalidConfig, e.Message);
        }
    }

    private ImmutableArray<ImmutableArray<int>> Partitions(in CreateTopicsRequest.CreatableTopic topic)
    {
        if (topic.Assignments.Count > 0)
        {
            Mark.Hit("topic.assigned-manually");
            return ManualAssignment.Check(topic, _context.Image);
        }

        var replicationFactor = topic.ReplicationFactor == -1
            ? _context.Config.DefaultReplicationFactor
            : topic.ReplicationFactor;
        if (topic.ReplicationFactor is < -1 or 0)
        {
            Mark.Hit("topic.replication-factor-invalid");
            throw new Refusal(
                ErrorCode.InvalidReplicationFactor,
                "Replication factor must be larger than 0, or -1 to use the default value.");
        }

        if (topic.NumPartitions is < -1 or 0)
        {
            Mark.Hit("topic.partition-count-invalid");
            throw new Refusal(
                ErrorCode.InvalidPartitions, "Number of partitions was set to an invalid non-positive value.");
        }

        if (replicationFactor > _placement.BrokerCount)
        {
            Mark.Hit("topic.too-few-brokers");
            throw new Refusal(
                ErrorCode.InvalidReplicationFactor,
                $"Unable to replicate the partition {replicationFactor} time(s): The target replication factor of {replicationFactor} cannot be reached because only {_placement.BrokerCount} broker(s) are registered or some brokers have all their log directories cordoned.");
        }

        var count = topic.NumPartitions == -1 ? _context.Config.NumPartitions : topic.NumPartitions;
        var partitions = ImmutableArray.CreateBuilder<ImmutableArray<int>>(count);
        for (var i = 0; i < count; i++)
        {
            partitions.Add(_placement.Place(replicationFactor));
        }

        return partitions.MoveToImmutable();
    }

    private void Write(
        Text nameText,
        string name,
        IReadOnlyDictionary<string, string> overrides,
        ImmutableArray<ImmutableArray<int>> partitions,
        bool validateOnly)
    {
        var id = _context.NewTopicId();
        _records.Add(new TopicRecord { Name = nameText, TopicId = id });
        foreach (var (key, value) in overrides)
        {
            _records.Add(new ConfigRecord
            {
                ResourceType = ConfigResource.Topic,
                ResourceName = nameText,
                Name = Text.Of(key),
                Value = Text.Of(value),
            });
        }

        if (overrides.ContainsKey(MinInsyncReplicas))
        {
            _records.Add(new ClearElrRecord { TopicName = nameText });
        }

        for (var i = 0; i < partitions.Length; i++)
        {
            _records.Add(MetadataSnapshotRecords.ToRecord(id, _placement.NewPartition(i, partitions[i])), RecordVersions.Partition);
        }

        var result = new CreateTopicsResponse.CreatableTopicResult
        {
            Name = nameText.Copy(),
            TopicId = validateOnly ? Uuid.Zero : id,
            ErrorMessage = Text.Null,
            NumPartitions = partitions.Length,
            ReplicationFactor = (short)partitions[0].Length,
        };
        AddConfigs(ref result, overrides);
        _response.Topics.Add(result);
    }

    private void AddConfigs(ref CreateTopicsResponse.CreatableTopicResult result, IReadOnlyDictionary<string, string> overrides)
    {
        foreach (var config in TopicConfig.Of(overrides, _context.Config).Describe())
        {
            result.Configs.Add(new CreateTopicsResponse.CreatableTopicConfigs
            {
                Name = Text.Of(config.Key.Name),
                Value = Text.Of(config.Value),
                ReadOnly = config.IsReadOnly,
                ConfigSource = (sbyte)config.Source,
                IsSensitive = config.Key.IsSensitive,
            });
        }
    }

    private long CountPartitions(in CreateTopicsRequest request)
    {
        long count = 0;
        foreach (ref var topic in request.Topics.Span)
        {
            count += topic.Assignments.Count > 0 ? topic.Assignments.Count
                : topic.NumPartitions == -1 ? _context.Config.NumPartitions
                : Math.Max(topic.NumPartitions, 0);
        }

        return count;
    }

    private void AnswerAll(in CreateTopicsRequest request, ErrorCode error, string? message)
    {
        foreach (ref var topic in request.Topics.Span)
        {
            Answer(topic.Name.ToString(), error, message);
        }
    }

    private void Answer(string name, ErrorCode error, string? message) =>
        _response.Topics.Add(new CreateTopicsResponse.CreatableTopicResult
        {
            Name = Text.Of(name),
            ErrorCode = (short)error,
            ErrorMessage = Text.Of(message),
        });
}
