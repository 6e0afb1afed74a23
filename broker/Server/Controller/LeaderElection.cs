using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Stored.Metadata;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Controller;

/// <summary>
/// Decides ElectLeaders: the preferred leader where another one leads, or, uncleanly, anybody where nobody leads. Lives for
/// one request on shard 0.
/// </summary>
internal sealed class LeaderElection
{
    private const sbyte Preferred = 0;
    private const sbyte Unclean = 1;
    private const string NotNeeded = "Leader election not needed for topic partition.";

    private readonly ControllerContext _context;
    private readonly sbyte _type;
    private readonly MetadataRecordList _records = new();
    private ElectLeadersResponse _response;

    private LeaderElection(ControllerContext context, sbyte type)
    {
        _context = context;
        _type = type;
    }

    internal static ControllerDecision<ElectLeadersResponse> Decide(in ElectLeadersRequest request, ControllerContext context)
    {
        var election = new LeaderElection(context, request.ElectionType);
        if (request.ElectionType is not (Preferred or Unclean))
        {
            election._response.ErrorCode = (short)ErrorCode.InvalidRequest;
            election.RefuseAll(request, ErrorCode.InvalidRequest, $"Unknown election type {request.ElectionType}");
        }
        else if (request.TimeoutMs <= 0)
        {
            Mark.Hit("election.without-time");
            election._response.ErrorCode = (short)ErrorCode.RequestTimedOut;
            election.RefuseAll(request, ErrorCode.RequestTimedOut, null);
        }
        else if (request.TopicPartitions.IsNull)
        {
            election.ElectEverywhere();
        }
        else
        {
            election.ElectAsked(request);
        }

        return new ControllerDecision<ElectLeadersResponse>(election._records, election._response);
    }

    private void RefuseAll(in ElectLeadersRequest request, ErrorCode error, string? message)
    {
        foreach (ref var asked in request.TopicPartitions.Span)
        {
            var result = new ElectLeadersResponse.ReplicaElectionResult { Topic = asked.Topic.Copy() };
            foreach (var partition in asked.Partitions.Span)
            {
                Add(ref result, partition, error, message);
            }

            _response.ReplicaElectionResults.Add(result);
        }
    }

    /// <summary>Every topic is named in the answer; of its partitions only those for which there was something to do.</summary>
    private void ElectEverywhere()
    {
        foreach (var topic in _context.Image.TopicsByName.Values)
        {
            var result = new ElectLeadersResponse.ReplicaElectionResult { Topic = topic.NameText };
            foreach (var partition in topic.Partitions)
            {
                var (error, message) = Elect(topic, partition);
                if (error != ErrorCode.ElectionNotNeeded)
                {
                    Add(ref result, partition.PartitionId, error, message);
                }
            }

            _response.ReplicaElectionResults.Add(result);
        }
    }

    private void ElectAsked(in ElectLeadersRequest request)
    {
        foreach (ref var asked in request.TopicPartitions.Span)
        {
            var topic = _context.Image.FindTopic(asked.Topic);
            var result = new ElectLeadersResponse.ReplicaElectionResult { Topic = asked.Topic.Copy() };
            var done = new HashSet<int>();
            foreach (var number in asked.Partitions.Span)
            {
                var (error, message) = topic is null ? (ErrorCode.UnknownTopicOrPartition, $"No such topic as {asked.Topic}")
                    : topic.FindPartition(number) is not { } partition
                        ? (ErrorCode.UnknownTopicOrPartition, $"No such partition as {topic.Name}-{number}")
                    : !done.Add(number) ? (ErrorCode.ElectionNotNeeded, NotNeeded)
                    : Elect(topic, partition);
                Add(ref result, number, error, message);
            }

            _response.ReplicaElectionResults.Add(result);
        }
    }

    private (ErrorCode Error, string? Message) Elect(TopicImage topic, PartitionImage partition)
    {
        if (_type == Preferred)
        {
            var preferred = partition.Replicas[0];
            if (partition.Leader == preferred)
            {
                return (ErrorCode.ElectionNotNeeded, NotNeeded);
            }

            return partition.Isr.Contains(preferred) && MayLead(partition, preferred)
                ? Lead(topic, partition, preferred, isClean: true)
                : (ErrorCode.PreferredLeaderNotAvailable, "The preferred leader was not available.");
        }

        if (partition.Leader != PartitionImage.NoLeader)
        {
            return (ErrorCode.ElectionNotNeeded, NotNeeded);
        }

        foreach (var replica in partition.Replicas.OrderByDescending(replica => partition.Isr.Contains(replica)))
        {
            if (MayLead(partition, replica))
            {
                return Lead(topic, partition, replica, partition.Isr.Contains(replica) || partition.EligibleLeaderReplicas.Contains(replica));
            }
        }

        return (ErrorCode.EligibleLeadersNotAvailable, "Eligible topic partition leaders are not available.");
    }

    private bool MayLead(PartitionImage partition, int replica)
    {
        var directory = partition.DirectoryOf(replica);
        return _context.Image.FindBroker(replica) is { IsFenced: false } broker
            && (DirectoryIds.IsReserved(directory) ? directory != DirectoryIds.Lost : broker.LogDirs.IsEmpty || broker.LogDirs.Contains(directory));
    }

    private (ErrorCode Error, string? Message) Lead(TopicImage topic, PartitionImage partition, int leader, bool isClean)
    {
        if (isClean)
        {
            Mark.Hit("election.asked-for");
        }
        else
        {
            Mark.Hit("election.unclean");
        }

        var record = new PartitionChangeRecord { PartitionId = partition.PartitionId, TopicId = topic.Id, Leader = leader };
        if (!partition.Isr.Contains(leader))
        {
            record.Isr = Seq<int>.Of(leader);
            record.EligibleLeaderReplicas = Seq<int>.Of();
            record.LastKnownElr = Seq<int>.Of();
        }

        _records.Add(record, RecordVersions.PartitionChange);
        return (ErrorCode.None, null);
    }

    private static void Add(ref ElectLeadersResponse.ReplicaElectionResult result, int partition, ErrorCode error, string? message) =>
        result.PartitionResult.Add(new ElectLeadersResponse.PartitionResult
        {
            PartitionId = partition,
            ErrorCode = (short)error,
            ErrorMessage = Text.Of(message),
        });
}
