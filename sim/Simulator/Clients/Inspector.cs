using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Simulator.Workloads;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>Asks, in a drawn version, for what changes nothing, and looks whether the answer can be. Owned by its client process.</summary>
internal sealed partial class Inspector(ClientProcess process)
{
    internal async Task InspectAsync(InspectOperation operation)
    {
        try
        {
            var connection = await process.AnyBrokerAsync([]);
            await (operation.Api switch
            {
                ApiKey.ApiVersions => AskAsync<ApiVersionsRequest, ApiVersionsResponse>(
                    connection, operation, new ApiVersionsRequest { ClientSoftwareName = "simulated", ClientSoftwareVersion = "1" }, (in response) => response.ErrorCode),
                ApiKey.Metadata => MetadataAsync(connection, operation),
                ApiKey.DescribeCluster => AskAsync<DescribeClusterRequest, DescribeClusterResponse>(
                    connection, operation, new DescribeClusterRequest(), (in response) => response.ErrorCode),
                ApiKey.ListGroups => AskAsync<ListGroupsRequest, ListGroupsResponse>(
                    connection, operation, default, (in response) => response.ErrorCode),
                ApiKey.ListPartitionReassignments => AskAsync<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>(
                    connection, operation, new ListPartitionReassignmentsRequest { Topics = Seq<ListPartitionReassignmentsRequest.ListPartitionReassignmentsTopics>.Null },
                    (in response) => response.ErrorCode),
                ApiKey.DescribeConfigs => ConfigsAsync(connection, operation),
                ApiKey.DescribeGroups => GroupsAsync(connection, operation),
                ApiKey.ConsumerGroupDescribe => ConsumerGroupsAsync(connection, operation),
                ApiKey.DescribeTopicPartitions => PartitionsAsync(connection, operation),
                ApiKey.OffsetForLeaderEpoch => EpochsAsync(connection, operation),
                ApiKey.FindCoordinator => CoordinatorAsync(connection, operation),
                ApiKey.DescribeLogDirs => LogDirsAsync(connection, operation),
                ApiKey.DescribeProducers => ProducersAsync(connection, operation),
                ApiKey.DescribeQuorum => QuorumAsync(connection, operation),
                ApiKey.ListConfigResources => AskAsync<ListConfigResourcesRequest, ListConfigResourcesResponse>(
                    connection, operation, new ListConfigResourcesRequest(), (in response) => response.ErrorCode),
                ApiKey.ElectLeaders => ElectAsync(connection, operation),
                ApiKey.UpdateFeatures => FeaturesAsync(connection, operation),
                ApiKey.ListOffsets => OffsetsAsync(connection, operation),
                _ => throw new ArgumentException($"{operation.Api} cannot be inspected", nameof(operation)),
            });
        }
        catch (RequestLostException)
        {
            // Nothing was learned, and nothing was changed.
        }
    }

    private delegate short ErrorOf<TResponse>(in TResponse response);

    private string TopicOf(InspectOperation operation) => process.Fleet.Workload.Topics[operation.Topic].Name;

    private async Task AskAsync<TRequest, TResponse>(
        BrokerConnection connection, InspectOperation operation, TRequest request, ErrorOf<TResponse> errorOf)
        where TRequest : struct, IRequest
        where TResponse : struct, IMessage
    {
        var version = (short)(TRequest.Api.First + (operation.Version % (TRequest.Api.Last - TRequest.Api.First + 1)));
        if (!connection.Serves(TRequest.Api.Key, version))
        {
            throw new ViolationException("versions", $"{connection.Address} does not offer {TRequest.Api.Key} version {version}");
        }

        var response = await connection.AskAsync<TRequest, TResponse>(request, version, process.Plan.RequestTimeoutMs);
        var error = (ErrorCode)errorOf(response);
        if (error != ErrorCode.None && !ErrorReaction.IsRetriable(error))
        {
            throw new ViolationException("expected-errors", $"{TRequest.Api.Key} version {version} answers {error}");
        }
    }

    private Task MetadataAsync(BrokerConnection connection, InspectOperation operation)
    {
        var version = operation.Version % (MetadataRequest.Api.Last + 1);
        var request = new MetadataRequest { AllowAutoTopicCreation = false };
        if (operation.IsAboutOne && version >= 4)
        {
            request.Topics.Add(new MetadataRequest.MetadataRequestTopic { Name = TopicOf(operation) });
        }
        else if (version > 0)
        {
            request.Topics = Seq<MetadataRequest.MetadataRequestTopic>.Null;
        }

        return AskAsync<MetadataRequest, MetadataResponse>(connection, operation, request, static (in response) =>
        {
            foreach (ref var topic in response.Topics)
            {
                if ((ErrorCode)topic.ErrorCode is not (ErrorCode.None or ErrorCode.UnknownTopicOrPartition or ErrorCode.LeaderNotAvailable))
                {
                    return topic.ErrorCode;
                }
            }

            return response.Brokers.Count > 0
                ? response.ErrorCode
                : throw new ViolationException("metadata-brokers", "metadata has no broker");
        });
    }

    private Task ConfigsAsync(BrokerConnection connection, InspectOperation operation)
    {
        var request = new DescribeConfigsRequest();
        request.Resources.Add(new DescribeConfigsRequest.DescribeConfigsResource
        {
            ResourceType = 2, ResourceName = TopicOf(operation), ConfigurationKeys = operation.IsAboutOne ? Seq<Text>.Of((Text)"retention.ms") : Seq<Text>.Null,
        });
        return AskAsync<DescribeConfigsRequest, DescribeConfigsResponse>(connection, operation, request, (in response) =>
        {
            foreach (ref var config in response.Results[0].Configs)
            {
                var name = config.Name.ToString();
                var plan = process.Fleet.Workload.Topics[operation.Topic];
                if (plan.Configs.TryGetValue(name, out var value) && config.Value.ToString() != value && !plan.Alterations.Any(alteration => alteration.Key == name))
                {
                    throw new ViolationException("configs", $"{config.Name} of {TopicOf(operation)} is {config.Value}; it was created with {value}");
                }
            }

            return response.Results[0].ErrorCode;
        });
    }

    private Task GroupsAsync(BrokerConnection connection, InspectOperation operation) =>
        AskAsync<DescribeGroupsRequest, DescribeGroupsResponse>(
            connection, operation, new DescribeGroupsRequest { Groups = Seq<Text>.Of((Text)"group-0") },
            static (in response) => (ErrorCode)response.Groups[0].ErrorCode == ErrorCode.GroupIdNotFound ? (short)0 : response.Groups[0].ErrorCode);

    private Task ConsumerGroupsAsync(BrokerConnection connection, InspectOperation operation) =>
        AskAsync<ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse>(
            connection, operation, new ConsumerGroupDescribeRequest { GroupIds = Seq<Text>.Of((Text)"group-0") },
            static (in response) => (ErrorCode)response.Groups[0].ErrorCode == ErrorCode.GroupIdNotFound ? (short)0 : response.Groups[0].ErrorCode);

    private Task PartitionsAsync(BrokerConnection connection, InspectOperation operation)
    {
        var request = new DescribeTopicPartitionsRequest { ResponsePartitionLimit = 1 + operation.Version };
        request.Topics.Add(new DescribeTopicPartitionsRequest.TopicRequest { Name = TopicOf(operation) });
        return AskAsync<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse>(
            connection, operation, request, static (in response) => response.Topics.Count > 0 ? response.Topics[0].ErrorCode : (short)0);
    }

    private Task EpochsAsync(BrokerConnection connection, InspectOperation operation)
    {
        var topic = new OffsetForLeaderEpochRequest.OffsetForLeaderTopic { Topic = TopicOf(operation) };
        topic.Partitions.Add(new OffsetForLeaderEpochRequest.OffsetForLeaderPartition { LeaderEpoch = operation.Version % 3 });
        var request = new OffsetForLeaderEpochRequest { ReplicaId = -1 };
        request.Topics.Add(topic);
        return AskAsync<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>(
            connection, operation, request, static (in response) => response.Topics[0].Partitions[0].ErrorCode);
    }

    private Task CoordinatorAsync(BrokerConnection connection, InspectOperation operation) =>
        AskAsync<FindCoordinatorRequest, FindCoordinatorResponse>(
            connection, operation, new FindCoordinatorRequest { Key = "group-0", CoordinatorKeys = Seq<Text>.Of((Text)"group-0", (Text)"group-1") },
            static (in response) => response.Coordinators.Count > 0 ? response.Coordinators[0].ErrorCode : response.ErrorCode);

    private Task OffsetsAsync(BrokerConnection connection, InspectOperation operation)
    {
        var request = new ListOffsetsRequest { ReplicaId = -1 };
        var topic = new ListOffsetsRequest.ListOffsetsTopic { Name = TopicOf(operation) };
        topic.Partitions.Add(new ListOffsetsRequest.ListOffsetsPartition { Timestamp = operation.IsAboutOne ? process.Shard.WallClockMs : OffsetTimes.Latest });
        request.Topics.Add(topic);
        return AskAsync<ListOffsetsRequest, ListOffsetsResponse>(
            connection, operation, request, static (in response) => response.Topics[0].Partitions[0].ErrorCode);
    }
}
