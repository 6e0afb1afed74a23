using System.Collections.Immutable;
using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Stored.Metadata;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Controller;

/// <summary>
/// Decides AlterPartitionReassignments: which brokers shall hold a partition. What the in-sync replicas can do alone is done
/// at once; a target that is not in sync yet is added, and stays so until it is, or until it is cancelled. Lives for one
/// request on shard 0.
/// </summary>
internal sealed class Reassignment
{
    private readonly ControllerContext _context;
    private readonly ReplicaPlacement _placement;
    private readonly MetadataRecordList _records = new();

    private Reassignment(ControllerContext context)
    {
        _context = context;
        _placement = new ReplicaPlacement(context);
    }

    internal static ControllerDecision<AlterPartitionReassignmentsResponse> Decide(
        in AlterPartitionReassignmentsRequest request, ControllerContext context)
    {
        if (request.TimeoutMs <= 0)
        {
            Mark.Hit("reassignment.without-time");
            return new ControllerDecision<AlterPartitionReassignmentsResponse>(new MetadataRecordList(), RefuseAll(request, ErrorCode.RequestTimedOut));
        }

        var reassignment = new Reassignment(context);
        var response = new AlterPartitionReassignmentsResponse
        {
            AllowReplicationFactorChange = request.AllowReplicationFactorChange,
            ErrorMessage = request.Topics.Count == 0 ? Text.Empty : Text.Null,
        };
        var changed = new HashSet<(Uuid, int)>();
        foreach (ref var asked in request.Topics.Span)
        {
            var answer = new AlterPartitionReassignmentsResponse.ReassignableTopicResponse { Name = asked.Name.Copy() };
            foreach (ref var partition in asked.Partitions.Span)
            {
                var (error, message) = reassignment.DecideOne(asked.Name, partition, request.AllowReplicationFactorChange, changed);
                answer.Partitions.Add(new AlterPartitionReassignmentsResponse.ReassignablePartitionResponse
                {
                    PartitionIndex = partition.PartitionIndex,
                    ErrorCode = (short)error,
                    ErrorMessage = Text.Of(message),
                });
            }

            response.Responses.Add(answer);
        }

        return new ControllerDecision<AlterPartitionReassignmentsResponse>(reassignment._records, response);
    }

    private static AlterPartitionReassignmentsResponse RefuseAll(in AlterPartitionReassignmentsRequest request, ErrorCode error)
    {
        var response = new AlterPartitionReassignmentsResponse { ErrorCode = (short)error, ErrorMessage = Text.Null };
        foreach (ref var asked in request.Topics.Span)
        {
            var answer = new AlterPartitionReassignmentsResponse.ReassignableTopicResponse { Name = asked.Name.Copy() };
            foreach (ref var partition in asked.Partitions.Span)
            {
                answer.Partitions.Add(new AlterPartitionReassignmentsResponse.ReassignablePartitionResponse
                {
                    PartitionIndex = partition.PartitionIndex, ErrorCode = (short)error, ErrorMessage = Text.Null,
                });
            }

            response.Responses.Add(answer);
        }

        return response;
    }

    private (ErrorCode Error, string? Message) DecideOne(
        Text name, in AlterPartitionReassignmentsRequest.ReassignablePartition asked, bool mayChangeFactor, HashSet<(Uuid, int)> changed)
    {
        try
        {
            var topic = _context.Image.FindTopic(name)
                ?? throw new Refusal(ErrorCode.UnknownTopicOrPartition, $"Unable to find a topic named {name}.");
            var partition = topic.FindPartition(asked.PartitionIndex)
                ?? throw new Refusal(ErrorCode.UnknownTopicOrPartition, $"Unable to find partition {name}:{asked.PartitionIndex}.");
            var before = _records.Count;
            var target = asked.Replicas.IsNull ? Cancelled(partition) : Checked(partition, [.. asked.Replicas.ToArray()], mayChangeFactor);
            if (changed.Contains((topic.Id, partition.PartitionId)))
            {
                // Decided on the image from before the first one: the client shall look and ask again.
                throw new Refusal(ErrorCode.InvalidRequest, $"Partition {name}:{asked.PartitionIndex} is named twice with different replicas.");
            }

            Change(topic, partition, target);
            if (_records.Count > before)
            {
                changed.Add((topic.Id, partition.PartitionId));
            }

            return (ErrorCode.None, null);
        }
        catch (Refusal refusal)
        {
            Mark.Hit("reassignment.refused");
            return (refusal.Error, refusal.Text);
        }
    }

    private static ImmutableArray<int> Cancelled(PartitionImage partition) =>
        partition.AddingReplicas.IsEmpty && partition.RemovingReplicas.IsEmpty
            ? throw new Refusal(ErrorCode.NoReassignmentInProgress, null)
            : partition.Replicas.RemoveRange(partition.AddingReplicas);

    private ImmutableArray<int> Checked(PartitionImage partition, ImmutableArray<int> target, bool mayChangeFactor)
    {
        ManualAssignment.CheckReplicas(target, _context.Image);
        var factor = partition.Replicas.Length - partition.AddingReplicas.Length;
        return mayChangeFactor || target.Length == factor
            ? target
            : throw new Refusal(
                ErrorCode.InvalidReplicationFactor, $"The replication factor is changed from {factor} to {target.Length}");
    }

    private void Change(TopicImage topic, PartitionImage partition, ImmutableArray<int> target)
    {
        var stable = partition.Replicas.RemoveRange(partition.AddingReplicas);
        var adding = target.RemoveRange(stable);
        var isr = partition.Isr.RemoveAll(replica => !target.Contains(replica) && !stable.Contains(replica));
        var isDone = adding.RemoveRange(isr).IsEmpty && isr.Any(target.Contains);
        var removing = isDone ? [] : stable.RemoveRange(target);
        var replicas = isDone ? target : target.AddRange(removing);
        if (isDone)
        {
            adding = [];
            isr = isr.RemoveAll(replica => !target.Contains(replica));
        }

        if (replicas.SequenceEqual(partition.Replicas) && adding.SequenceEqual(partition.AddingReplicas)
            && removing.SequenceEqual(partition.RemovingReplicas))
        {
            return;
        }

        if (isDone)
        {
            Mark.Hit("reassignment.done-at-once");
        }
        else
        {
            Mark.Hit("reassignment.begun");
        }

        var record = new PartitionChangeRecord
        {
            PartitionId = partition.PartitionId,
            TopicId = topic.Id,
            Replicas = PartitionImage.ToSeq(replicas),
            Directories = Seq<Uuid>.Of(replicas.Select(replica => DirectoryOf(partition, replica))),
            AddingReplicas = PartitionImage.ToSeq(adding),
            RemovingReplicas = PartitionImage.ToSeq(removing),
        };
        if (!isr.SequenceEqual(partition.Isr))
        {
            record.Isr = PartitionImage.ToSeq(isr);
        }

        if (partition.Leader != PartitionImage.NoLeader && !replicas.Contains(partition.Leader))
        {
            record.Leader = isr[0];
        }

        _records.Add(record, RecordVersions.PartitionChange);
    }

    private Uuid DirectoryOf(PartitionImage partition, int replica) =>
        partition.Replicas.Contains(replica) ? partition.DirectoryOf(replica) : _placement.PlaceDirectories([replica])[0];
}
