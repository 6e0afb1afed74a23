using System.Globalization;
using Deterministic.Host.Client;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Host.Commands.Reassignments;

/// <summary>What the command asks brokers. Lives for the command.</summary>
internal sealed class ReassignmentRequests(KafkaClient client, int timeoutMs)
{
    private const string Throttle = "replica.alter.log.dirs.io.max.bytes.per.second";
    private const sbyte BrokerResource = 4;
    private const sbyte SetValue = 0;
    private const sbyte DeleteValue = 1;

    /// <summary>Asks for the replicas of each partition, or for the end of its reassignment; its error, or none.</summary>
    internal async Task<IReadOnlyDictionary<(string Topic, int Partition), ErrorCode>> AlterAsync(
        IEnumerable<PlannedReplicas> planned, bool isCancelled, CancellationToken cancellation)
    {
        var request = new AlterPartitionReassignmentsRequest { TimeoutMs = timeoutMs };
        foreach (var topic in planned.GroupBy(partition => partition.Topic, StringComparer.Ordinal))
        {
            request.Topics.Add(new AlterPartitionReassignmentsRequest.ReassignableTopic
            {
                Name = topic.Key,
                Partitions = Seq<AlterPartitionReassignmentsRequest.ReassignablePartition>.Of(topic.Select(partition => new AlterPartitionReassignmentsRequest.ReassignablePartition
                {
                    PartitionIndex = partition.Partition, Replicas = isCancelled ? Seq<int>.Null : Seq<int>.Of(partition.Replicas),
                })),
            });
        }

        var connection = await client.AnyAsync(cancellation);
        var response = await connection.SendAsync<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>(request, cancellation);
        KafkaClientException.ThrowOn(response.ErrorCode, "Partitions were not reassigned", response.ErrorMessage.AsString());
        return response.Responses.ToArray()
            .SelectMany(topic => topic.Partitions.ToArray().Select(partition => (Key: (topic.Name.ToString(), partition.PartitionIndex), Error: (ErrorCode)partition.ErrorCode)))
            .ToDictionary(pair => pair.Key, pair => pair.Error);
    }

    /// <summary>The partitions that are being reassigned, with the replicas they have, get and lose.</summary>
    internal async Task<IReadOnlyDictionary<(string Topic, int Partition), (int[] Now, int[] Adding, int[] Removing)>> OngoingAsync(CancellationToken cancellation)
    {
        var connection = await client.AnyAsync(cancellation);
        var response = await connection.SendAsync<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>(
            new ListPartitionReassignmentsRequest { TimeoutMs = timeoutMs }, cancellation);
        KafkaClientException.ThrowOn(response.ErrorCode, "Reassignments cannot be listed", response.ErrorMessage.AsString());
        return response.Topics.ToArray()
            .SelectMany(topic => topic.Partitions.ToArray().Select(partition => (
                Key: (topic.Name.ToString(), partition.PartitionIndex),
                Value: (partition.Replicas.ToArray(), partition.AddingReplicas.ToArray(), partition.RemovingReplicas.ToArray()))))
            .ToDictionary(pair => pair.Key, pair => pair.Value);
    }

    /// <summary>Asks one broker to move a replica; its error, or none.</summary>
    internal async Task<ErrorCode> MoveAsync(int broker, PlannedReplicas partition, string logDir, CancellationToken cancellation)
    {
        var directory = new AlterReplicaLogDirsRequest.AlterReplicaLogDir { Path = logDir };
        directory.Topics.Add(new AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic { Name = partition.Topic, Partitions = Seq<int>.Of(partition.Partition) });
        var request = new AlterReplicaLogDirsRequest();
        request.Dirs.Add(directory);
        var connection = await client.NodeAsync(broker, cancellation);
        var response = await connection.SendAsync<AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse>(request, cancellation);
        return (ErrorCode)response.Results[0].Partitions[0].ErrorCode;
    }

    /// <summary>In which directory a broker has a replica, and to which it is moving; null for neither.</summary>
    internal async Task<(string? Current, string? Future)> DirectoriesAsync(int broker, PlannedReplicas partition, CancellationToken cancellation)
    {
        var request = new DescribeLogDirsRequest();
        request.Topics.Add(new DescribeLogDirsRequest.DescribableLogDirTopic { Topic = partition.Topic, Partitions = Seq<int>.Of(partition.Partition) });
        var connection = await client.NodeAsync(broker, cancellation);
        var response = await connection.SendAsync<DescribeLogDirsRequest, DescribeLogDirsResponse>(request, cancellation);
        KafkaClientException.ThrowOn(response.ErrorCode, $"Log directories of broker {broker}");
        string? current = null;
        string? future = null;
        foreach (ref var directory in response.Results)
        {
            foreach (var replica in directory.Topics.ToArray().SelectMany(topic => topic.Partitions.ToArray()))
            {
                (current, future) = replica.IsFutureKey ? (current, directory.LogDir.ToString()) : (directory.LogDir.ToString(), future);
            }
        }

        return (current, future);
    }

    /// <summary>Sets how many bytes a second a broker moves between its directories; null: as many as it can.</summary>
    internal async Task ThrottleAsync(int broker, long? bytesPerSecond, CancellationToken cancellation)
    {
        var resource = new IncrementalAlterConfigsRequest.AlterConfigsResource { ResourceType = BrokerResource, ResourceName = broker.ToString(CultureInfo.InvariantCulture) };
        resource.Configs.Add(new IncrementalAlterConfigsRequest.AlterableConfig
        {
            Name = Throttle, ConfigOperation = bytesPerSecond is null ? DeleteValue : SetValue, Value = Text.Of(bytesPerSecond?.ToString(CultureInfo.InvariantCulture)),
        });
        var request = new IncrementalAlterConfigsRequest();
        request.Resources.Add(resource);
        var connection = await client.NodeAsync(broker, cancellation);
        var response = await connection.SendAsync<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(request, cancellation);
        KafkaClientException.ThrowOn(response.Responses[0].ErrorCode, $"The throttle of broker {broker} was not changed", response.Responses[0].ErrorMessage.AsString());
    }
}
