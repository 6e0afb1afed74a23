using System.Collections.Immutable;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Controller;

/// <summary>Checks the replicas that a CreateTopics request names itself. Stateless.</summary>
internal static class ManualAssignment
{
    /// <summary>The replicas of each partition, by number.</summary>
    /// <exception cref="Refusal">The assignment is not usable.</exception>
    internal static ImmutableArray<ImmutableArray<int>> Check(in CreateTopicsRequest.CreatableTopic topic, MetadataImage image)
    {
        if (topic.ReplicationFactor != -1)
        {
            throw new Refusal(
                ErrorCode.InvalidRequest,
                "A manual partition assignment was specified, but replication factor was not set to -1.");
        }

        if (topic.NumPartitions != -1)
        {
            throw new Refusal(
                ErrorCode.InvalidRequest,
                "A manual partition assignment was specified, but numPartitions was not set to -1.");
        }

        var partitions = new SortedDictionary<int, ImmutableArray<int>>();
        foreach (ref var assignment in topic.Assignments.Span)
        {
            if (partitions.ContainsKey(assignment.PartitionIndex))
            {
                throw Refuse($"Found multiple manual partition assignments for partition {assignment.PartitionIndex}");
            }

            partitions.Add(assignment.PartitionIndex, CheckReplicas([.. assignment.BrokerIds.ToArray()], image));
        }

        var expected = 0;
        foreach (var (partition, replicas) in partitions)
        {
            if (partition != expected++)
            {
                throw Refuse("partitions should be a consecutive 0-based integer sequence");
            }

            if (replicas.Length != partitions[0].Length)
            {
                throw Refuse(
                    $"The manual partition assignment includes a partition with {replicas.Length} replica(s), but this is not consistent with previous partitions, which have {partitions[0].Length} replica(s).");
            }
        }

        return [.. partitions.Values];
    }

    /// <summary>The replicas of one partition, which must be registered brokers, each once, and one of them active.</summary>
    /// <exception cref="Refusal">They are not.</exception>
    internal static ImmutableArray<int> CheckReplicas(ImmutableArray<int> replicas, MetadataImage image)
    {
        if (replicas.IsEmpty)
        {
            throw Refuse("The manual partition assignment includes an empty replica list.");
        }

        int? previous = null;
        foreach (var replica in replicas.Sort())
        {
            if (image.FindBroker(replica) is null)
            {
                throw Refuse(
                    $"The manual partition assignment includes broker {replica}, but no such broker is registered.");
            }

            if (replica == previous)
            {
                throw Refuse($"The manual partition assignment includes the broker {replica} more than once.");
            }

            previous = replica;
        }

        return replicas.Any(image.IsBrokerActive)
            ? replicas
            : throw Refuse(
                $"All brokers specified in the manual partition assignment for partition are fenced or in controlled shutdown: {string.Join(", ", replicas)}.");
    }

    private static Refusal Refuse(string message) => new(ErrorCode.InvalidReplicaAssignment, message);
}
