using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Tests.Broker;

/// <summary>What tests ask of a broker that an administrator asks.</summary>
internal static class AdminVerbs
{
    internal const sbyte Topic = 2;
    internal const sbyte Broker = 4;
    internal const sbyte Logger = 8;
    internal const sbyte ClientMetrics = 16;
    internal const sbyte Group = 32;

    internal static DeleteRecordsResponse.DeleteRecordsPartitionResult DeleteRecords(this TestClient client, string topic, int partition, long offset)
    {
        var asked = new DeleteRecordsRequest.DeleteRecordsTopic { Name = topic };
        asked.Partitions.Add(new DeleteRecordsRequest.DeleteRecordsPartition { PartitionIndex = partition, Offset = offset });
        var request = new DeleteRecordsRequest { TimeoutMs = 1000 };
        request.Topics.Add(asked);
        return client.Ask<DeleteRecordsRequest, DeleteRecordsResponse>(2, request).Topics[0].Partitions[0];
    }

    /// <summary>The earliest (-2) or latest (-1) offset.</summary>
    internal static long ListOffset(this TestClient client, string topic, int partition, long timestamp)
    {
        var asked = new ListOffsetsRequest.ListOffsetsTopic { Name = topic };
        asked.Partitions.Add(new ListOffsetsRequest.ListOffsetsPartition { PartitionIndex = partition, CurrentLeaderEpoch = -1, Timestamp = timestamp });
        var request = new ListOffsetsRequest { ReplicaId = -1 };
        request.Topics.Add(asked);
        var answer = client.Ask<ListOffsetsRequest, ListOffsetsResponse>(7, request).Topics[0].Partitions[0];
        Assert.Equal(0, answer.ErrorCode);
        return answer.Offset;
    }

    internal static CreatePartitionsResponse.CreatePartitionsTopicResult CreatePartitions(
        this TestClient client, string topic, int count, bool validateOnly = false, int[][]? assignments = null)
    {
        var asked = new CreatePartitionsRequest.CreatePartitionsTopic
        {
            Name = topic,
            Count = count,
            Assignments = assignments is null ? Seq<CreatePartitionsRequest.CreatePartitionsAssignment>.Null : default,
        };
        foreach (var brokers in assignments ?? [])
        {
            asked.Assignments.Add(new CreatePartitionsRequest.CreatePartitionsAssignment { BrokerIds = Seq<int>.Of(brokers) });
        }

        var request = new CreatePartitionsRequest { TimeoutMs = 1000, ValidateOnly = validateOnly };
        request.Topics.Add(asked);
        return client.Ask<CreatePartitionsRequest, CreatePartitionsResponse>(3, request).Results[0];
    }

    /// <summary>Operations: 0 set, 1 delete, 2 append, 3 subtract.</summary>
    internal static (int Error, string? Message) Alter(
        this TestClient client, sbyte type, string name, params (string Key, sbyte Operation, string? Value)[] changes) =>
        client.Alter(validateOnly: false, type, name, changes);

    internal static (int Error, string? Message) Alter(
        this TestClient client, bool validateOnly, sbyte type, string name, params (string Key, sbyte Operation, string? Value)[] changes)
    {
        var resource = new IncrementalAlterConfigsRequest.AlterConfigsResource { ResourceType = type, ResourceName = name };
        foreach (var (key, operation, value) in changes)
        {
            resource.Configs.Add(new IncrementalAlterConfigsRequest.AlterableConfig { Name = key, ConfigOperation = operation, Value = value });
        }

        var request = new IncrementalAlterConfigsRequest { ValidateOnly = validateOnly };
        request.Resources.Add(resource);
        var answer = client.Ask<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(1, request).Responses[0];
        return (answer.ErrorCode, answer.ErrorMessage.AsString());
    }

    /// <summary>As AlterConfigs does it: what is not named goes.</summary>
    internal static (int Error, string? Message) Replace(this TestClient client, sbyte type, string name, params (string Key, string? Value)[] configs)
    {
        var resource = new AlterConfigsRequest.AlterConfigsResource { ResourceType = type, ResourceName = name };
        foreach (var (key, value) in configs)
        {
            resource.Configs.Add(new AlterConfigsRequest.AlterableConfig { Name = key, Value = value });
        }

        var request = new AlterConfigsRequest();
        request.Resources.Add(resource);
        var answer = client.Ask<AlterConfigsRequest, AlterConfigsResponse>(2, request).Responses[0];
        return (answer.ErrorCode, answer.ErrorMessage.AsString());
    }

    /// <summary>Value and source of a key, and its chain of synonyms; null when it is not shown.</summary>
    internal static (string? Value, int Source, string[] Synonyms)? Describe(this TestClient client, sbyte type, string name, string key)
    {
        var request = new DescribeConfigsRequest { IncludeSynonyms = true };
        request.Resources.Add(new DescribeConfigsRequest.DescribeConfigsResource
        {
            ResourceType = type, ResourceName = name, ConfigurationKeys = Seq<Text>.Of((Text)key),
        });
        var result = client.Ask<DescribeConfigsRequest, DescribeConfigsResponse>(4, request).Results[0];
        Assert.Equal(0, result.ErrorCode);
        if (result.Configs.Count == 0)
        {
            return null;
        }

        var config = result.Configs[0];
        return (config.Value.AsString(), config.ConfigSource, [.. config.Synonyms.ToArray().Select(s => $"{s.Name}={s.Value}/{s.Source}")]);
    }
}
