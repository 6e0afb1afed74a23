using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Simulator.Workloads;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <content>Questions about the cluster and its logs.</content>
internal sealed partial class Inspector
{
    private const string GroupVersion = "group.version";

    private Task LogDirsAsync(BrokerConnection connection, InspectOperation operation)
    {
        var request = new DescribeLogDirsRequest { Topics = operation.IsAboutOne ? default : Seq<DescribeLogDirsRequest.DescribableLogDirTopic>.Null };
        if (operation.IsAboutOne)
        {
            request.Topics.Add(new DescribeLogDirsRequest.DescribableLogDirTopic { Topic = TopicOf(operation), Partitions = Seq<int>.Of(0) });
        }

        return AskAsync<DescribeLogDirsRequest, DescribeLogDirsResponse>(connection, operation, request, (in response) =>
        {
            foreach (ref var directory in response.Results)
            {
                foreach (ref var topic in directory.Topics)
                {
                    if (operation.IsAboutOne && topic.Name.ToString() != TopicOf(operation))
                    {
                        throw new ViolationException("answers-what-was-asked", $"DescribeLogDirs answers for {topic.Name}");
                    }
                }
            }

            return response.Results.Count > 0 ? response.Results[0].ErrorCode : throw new ViolationException("log-dirs", "there is no log directory");
        });
    }

    private Task ProducersAsync(BrokerConnection connection, InspectOperation operation)
    {
        var request = new DescribeProducersRequest();
        request.Topics.Add(new DescribeProducersRequest.TopicRequest { Name = TopicOf(operation), PartitionIndexes = Seq<int>.Of(0) });
        return AskAsync<DescribeProducersRequest, DescribeProducersResponse>(
            connection, operation, request, static (in response) => response.Topics[0].Partitions[0].ErrorCode);
    }

    private Task QuorumAsync(BrokerConnection connection, InspectOperation operation)
    {
        var topic = new DescribeQuorumRequest.TopicData { TopicName = "__cluster_metadata" };
        topic.Partitions.Add(default);
        var request = new DescribeQuorumRequest();
        request.Topics.Add(topic);
        return AskAsync<DescribeQuorumRequest, DescribeQuorumResponse>(connection, operation, request, static (in response) =>
        {
            var partition = response.Topics[0].Partitions[0];
            return partition.CurrentVoters.Count == 1 && partition.HighWatermark <= partition.CurrentVoters[0].LogEndOffset
                ? response.ErrorCode
                : throw new ViolationException("quorum", $"{partition.CurrentVoters.Count} voters, high watermark {partition.HighWatermark}");
        });
    }

    private Task ElectAsync(BrokerConnection connection, InspectOperation operation)
    {
        var request = new ElectLeadersRequest { TopicPartitions = Seq<ElectLeadersRequest.ElectedTopic>.Null };
        if (operation.IsAboutOne)
        {
            request.TopicPartitions = Seq<ElectLeadersRequest.ElectedTopic>.Of(new ElectLeadersRequest.ElectedTopic { Topic = TopicOf(operation), Partitions = Seq<int>.Of(0) });
        }

        return AskAsync<ElectLeadersRequest, ElectLeadersResponse>(connection, operation, request, static (in response) =>
        {
            foreach (ref var topic in response.ReplicaElectionResults)
            {
                foreach (ref var partition in topic.PartitionResult)
                {
                    if ((ErrorCode)partition.ErrorCode is not (ErrorCode.None or ErrorCode.ElectionNotNeeded or ErrorCode.UnknownTopicOrPartition))
                    {
                        return partition.ErrorCode;
                    }
                }
            }

            return response.ErrorCode;
        });
    }

    /// <summary>Asks for the level that there is anyway.</summary>
    private Task FeaturesAsync(BrokerConnection connection, InspectOperation operation)
    {
        var request = new UpdateFeaturesRequest { ValidateOnly = operation.IsAboutOne };
        request.FeatureUpdates.Add(new UpdateFeaturesRequest.FeatureUpdateKey { Feature = GroupVersion, MaxVersionLevel = 1 });
        return AskAsync<UpdateFeaturesRequest, UpdateFeaturesResponse>(connection, operation, request, static (in response) => response.ErrorCode);
    }
}
