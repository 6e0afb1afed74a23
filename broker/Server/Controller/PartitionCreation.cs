using System.Collections.Immutable;
using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Controller;

/// <summary>Decides CreatePartitions: which topics may grow, and where their new partitions go. Lives for one request on shard 0.</summary>
internal sealed class PartitionCreation
{
    private readonly ControllerContext _context;
    private readonly MetadataRecordList _records = new();
    private readonly ReplicaPlacement _placement;
    private CreatePartitionsResponse _response;

    private PartitionCreation(ControllerContext context)
    {
        _context = context;
        _placement = new ReplicaPlacement(context);
    }

    internal static ControllerDecision<CreatePartitionsResponse> Decide(in CreatePartitionsRequest request, ControllerContext context)
    {
        var creation = new PartitionCreation(context);
        creation.DecideAll(request);
        return new ControllerDecision<CreatePartitionsResponse>(
            request.ValidateOnly ? new MetadataRecordList() : creation._records, creation._response);
    }

    private void DecideAll(in CreatePartitionsRequest request)
    {
        var seen = new Dictionary<Text, int>();
        foreach (ref var topic in request.Topics.Span)
        {
            seen[topic.Name] = seen.GetValueOrDefault(topic.Name) + 1;
        }

        var isTooMany = CountNew(request) > TopicCreation.PartitionsPerRequestMax;
        foreach (ref var topic in request.Topics.Span)
        {
            if (!seen.Remove(topic.Name, out var count))
            {
                continue;
            }

            if (count > 1)
            {
                Mark.Hit("partitions.topic-twice");
                Answer(topic.Name, ErrorCode.InvalidRequest, "Duplicate topic name.");
            }
            else if (request.TimeoutMs <= 0)
            {
                Answer(topic.Name, ErrorCode.RequestTimedOut, null);
            }
            else if (isTooMany)
            {
                Mark.Hit("partitions.too-many");
                Answer(topic.Name, ErrorCode.PolicyViolation, "Excessively large number of partitions per request.");
            }
            else
            {
                DecideOne(topic);
            }
        }
    }

    private long CountNew(in CreatePartitionsRequest request)
    {
        long count = 0;
        foreach (ref var topic in request.Topics.Span)
        {
            count += Math.Max(0L, topic.Count - (long)(_context.Image.FindTopic(topic.Name)?.Partitions.Length ?? topic.Count));
        }

        return count;
    }

    private void DecideOne(in CreatePartitionsRequest.CreatePartitionsTopic asked)
    {
        try
        {
            var topic = _context.Image.FindTopic(asked.Name) ?? throw new Refusal(ErrorCode.UnknownTopicOrPartition, null);
            var replicas = NewReplicas(asked, topic);
            _context.CheckMutationQuota(replicas.Length);
            for (var i = 0; i < replicas.Length; i++)
            {
                var partition = _placement.NewPartition(topic.Partitions.Length + i, replicas[i]);
                _records.Add(MetadataSnapshotRecords.ToRecord(topic.Id, partition), RecordVersions.Partition);
            }

            Mark.Hit("partitions.added");
            Answer(asked.Name, ErrorCode.None, null);
        }
        catch (Refusal refusal)
        {
            Mark.Hit("partitions.refused");
            Answer(asked.Name, refusal.Error, refusal.Text);
        }
    }

    private ImmutableArray<ImmutableArray<int>> NewReplicas(in CreatePartitionsRequest.CreatePartitionsTopic asked, TopicImage topic)
    {
        var known = topic.Partitions.Length;
        if (asked.Count == known)
        {
            throw new Refusal(ErrorCode.InvalidPartitions, $"Topic already has {known} partition(s).");
        }

        if (asked.Count < known)
        {
            throw new Refusal(
                ErrorCode.InvalidPartitions,
                $"The topic {topic.Name} currently has {known} partition(s); {asked.Count} would not be an increase.");
        }

        var added = asked.Count - known;
        if (!asked.Assignments.IsNull && asked.Assignments.Count != added)
        {
            throw new Refusal(
                ErrorCode.InvalidReplicaAssignment,
                $"Attempted to add {added} additional partition(s), but only {asked.Assignments.Count} assignment(s) were specified.");
        }

        var replicationFactor = topic.Partitions[0].Replicas.Length;
        return asked.Assignments.IsNull ? Place(added, replicationFactor) : Assigned(asked, replicationFactor);
    }

    private ImmutableArray<ImmutableArray<int>> Place(int count, int replicationFactor)
    {
        if (replicationFactor > _placement.BrokerCount)
        {
            throw new Refusal(
                ErrorCode.InvalidReplicationFactor,
                $"Unable to replicate the partition {replicationFactor} time(s): The target replication factor of {replicationFactor} cannot be reached because only {_placement.BrokerCount} broker(s) are registered or some brokers have all their log directories cordoned.");
        }

        return [.. Enumerable.Range(0, count).Select(_ => _placement.Place(replicationFactor))];
    }

    private ImmutableArray<ImmutableArray<int>> Assigned(in CreatePartitionsRequest.CreatePartitionsTopic asked, int replicationFactor)
    {
        var all = ImmutableArray.CreateBuilder<ImmutableArray<int>>(asked.Assignments.Count);
        foreach (ref var assignment in asked.Assignments.Span)
        {
            var replicas = ManualAssignment.CheckReplicas([.. assignment.BrokerIds.ToArray()], _context.Image);
            if (replicas.Length != replicationFactor)
            {
                throw new Refusal(
                    ErrorCode.InvalidReplicaAssignment,
                    $"The manual partition assignment includes a partition with {replicas.Length} replica(s), but this is not consistent with previous partitions, which have {replicationFactor} replica(s).");
            }

            all.Add(replicas);
        }

        return all.MoveToImmutable();
    }

    private void Answer(Text name, ErrorCode error, string? message) =>
        _response.Results.Add(new CreatePartitionsResponse.CreatePartitionsTopicResult
        {
            Name = name.Copy(),
            ErrorCode = (short)error,
            ErrorMessage = Text.Of(message),
        });
}
