using Deterministic.Checking.Histories;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// Commits and fetches offsets of a group, and writes both into the history. Owned by a group's member. Offsets of topics
/// that may be deleted are committed too, but neither fetched nor recorded: they are kept by name, and nobody can say of which log they are.
/// </summary>
internal sealed class GroupOffsets(ClientProcess process, string group, GroupConnection connection)
{
    /// <summary>From here on commits and fetches of offsets name topics by their ids.</summary>
    private const short FirstVersionWithIds = 10;

    /// <summary>From here on a commit for a group that was removed is answered so; older ones get ILLEGAL_GENERATION.</summary>
    private const short FirstVersionThatMissesGroups = 9;

    /// <summary>From here on a commit may state a member epoch.</summary>
    internal const short FirstVersionWithEpochs = 9;

    /// <summary>No commit of a run is as large, so that only a small <c>message.max.bytes</c> can refuse one.</summary>
    private const int CommitBytesMax = 100_000;

    private int _historyProcess = process.Fleet.TakeHistoryProcess();

    /// <summary>Commits the positions; the first error that was not none.</summary>
    internal async Task<ErrorCode> CommitAsync(IEnumerable<ConsumedPartition> partitions, string memberId, int generation, string? instanceId)
    {
        var committed = partitions.Where(partition => partition.Position is not null).ToList();
        if (committed.Count == 0)
        {
            return ErrorCode.None;
        }

        var request = new OffsetCommitRequest
        {
            GroupId = group, GenerationIdOrMemberEpoch = generation, MemberId = memberId, GroupInstanceId = instanceId,
        };
        foreach (var topic in committed.GroupBy(partition => partition.TopicNumber))
        {
            request.Topics.Add(new OffsetCommitRequest.OffsetCommitRequestTopic
            {
                Name = topic.First().Topic, TopicId = topic.First().TopicId,
                Partitions = Seq<OffsetCommitRequest.OffsetCommitRequestPartition>.Of(topic.Select(partition => new OffsetCommitRequest.OffsetCommitRequestPartition
                {
                    PartitionIndex = partition.Partition, CommittedOffset = partition.Position!.Value, CommittedMetadata = "",
                })),
            });
        }

        var recorded = committed.Where(partition => !MayBeDeleted(partition)).ToList();
        Mop[] mops = [.. recorded.Select(partition => new CommitOffsetMop(partition.Key, partition.Position!.Value))];
        var token = process.Fleet.History.Invoke(_historyProcess, OpFunction.CommitOffsets, mops, consumer: new ConsumerTraits(group, generation));
        try
        {
            var response = await connection.AskAsync<OffsetCommitRequest, OffsetCommitResponse>(
                request, response => ErrorOf(response, committed, out _), versionMax: VersionMaxFor(committed));
            var error = Complete(token, response, committed);
            foreach (var partition in error == ErrorCode.None ? recorded : [])
            {
                process.Fleet.OnCommitted(group, partition.Topic, partition.Partition);
            }

            return error;
        }
        catch (RequestLostException e)
        {
            Complete(token, ErrorCode.NetworkException, isCertain: !e.MayHaveActed);
            return ErrorCode.NetworkException;
        }
    }

    /// <summary>The committed offsets; a partition without one is not among them. Null when they could not be had.</summary>
    internal async Task<Dictionary<LogKey, long>?> FetchAsync(IReadOnlyList<ConsumedPartition> partitions, bool isStable)
    {
        var asked = partitions.Where(partition => !MayBeDeleted(partition)).ToList();
        if (asked.Count == 0)
        {
            return [];
        }

        var traits = new ConsumerTraits(group, Isolation: isStable ? IsolationLevel.ReadCommitted : IsolationLevel.ReadUncommitted);
        var token = process.Fleet.History.Invoke(
            _historyProcess, OpFunction.FetchOffsets, [.. asked.Select(partition => new FetchOffsetMop(partition.Key))], consumer: traits);
        try
        {
            var response = await connection.AskAsync<OffsetFetchRequest, OffsetFetchResponse>(
                RequestFor(asked, isStable), ErrorOf, versionMax: VersionMaxFor(asked));
            var found = Read(response, asked);
            if (found is null)
            {
                process.Fleet.History.Fail(token, "NOT_NOW");
                return null;
            }

            process.Fleet.History.Ok(token, [.. asked.Select(partition =>
                new FetchOffsetMop(partition.Key, found.TryGetValue(partition.Key, out var offset) ? offset : null))]);
            return found;
        }
        catch (RequestLostException)
        {
            process.Fleet.History.Fail(token, "NETWORK_EXCEPTION");
            return null;
        }
    }

    private bool MayBeDeleted(ConsumedPartition partition) => process.Fleet.Workload.Topics[partition.TopicNumber].MayBeDeleted;

    private bool IsOfDeletable(List<ConsumedPartition> partitions, Text name, Uuid id) =>
        partitions.Exists(partition => MayBeDeleted(partition) && (id.IsZero ? name == partition.Topic : id == partition.TopicId));

    private static short VersionMaxFor(List<ConsumedPartition> partitions) =>
        partitions.Exists(partition => partition.TopicId.IsZero) ? (short)(FirstVersionWithIds - 1) : short.MaxValue;

    private OffsetFetchRequest RequestFor(List<ConsumedPartition> asked, bool isStable)
    {
        var request = new OffsetFetchRequest { GroupId = group, RequireStable = isStable };
        var inGroup = new OffsetFetchRequest.OffsetFetchRequestGroup { GroupId = group };
        foreach (var topic in asked.GroupBy(partition => partition.TopicNumber))
        {
            var numbers = Seq<int>.Of(topic.Select(partition => partition.Partition));
            request.Topics.Add(new OffsetFetchRequest.OffsetFetchRequestTopic { Name = topic.First().Topic, PartitionIndexes = numbers });
            inGroup.Topics.Add(new OffsetFetchRequest.OffsetFetchRequestTopics
            {
                Name = topic.First().Topic, TopicId = topic.First().TopicId, PartitionIndexes = numbers,
            });
        }

        request.Groups.Add(inGroup);
        return request;
    }

    private ErrorCode Complete(OpToken token, in OffsetCommitResponse response, List<ConsumedPartition> committed)
    {
        var error = ErrorOf(response, committed, out var isEverywhere);
        Complete(token, error, isCertain: isEverywhere && error is not (ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable or ErrorCode.UnknownServerError or ErrorCode.RequestTimedOut));
        if (error is not (ErrorCode.None or ErrorCode.IllegalGeneration or ErrorCode.UnknownMemberId or ErrorCode.FencedInstanceId or ErrorCode.RebalanceInProgress or ErrorCode.StaleMemberEpoch)
            && !(error == ErrorCode.GroupIdNotFound && process.VersionMaxOf(OffsetCommitRequest.Api) >= FirstVersionThatMissesGroups)
            && !(error == ErrorCode.InvalidCommitOffsetSize && process.Fleet.MessageBytesMax < CommitBytesMax)
            && !ErrorReaction.IsRetriable(error))
        {
            throw new ViolationException("expected-errors", $"OffsetCommit of {group} answers {error}");
        }

        return error;
    }

    private void Complete(OpToken token, ErrorCode error, bool isCertain)
    {
        if (error == ErrorCode.None)
        {
            process.Fleet.History.Ok(token);
        }
        else if (isCertain)
        {
            process.Fleet.History.Fail(token, ErrorCodes.NameOf(error));
        }
        else
        {
            process.Fleet.History.Info(token, ErrorCodes.NameOf(error));
            _historyProcess = process.Fleet.TakeHistoryProcess();
        }
    }

    /// <summary>The first error; that a topic has gone meanwhile is none.</summary>
    private ErrorCode ErrorOf(OffsetCommitResponse response, List<ConsumedPartition> committed, out bool isEverywhere)
    {
        var first = ErrorCode.None;
        isEverywhere = true;
        foreach (ref var topic in response.Topics)
        {
            foreach (ref var partition in topic.Partitions)
            {
                var error = (ErrorCode)partition.ErrorCode;
                if (error is ErrorCode.UnknownTopicOrPartition or ErrorCode.UnknownTopicId && IsOfDeletable(committed, topic.Name, topic.TopicId))
                {
                    continue;
                }

                isEverywhere &= error != ErrorCode.None;
                first = first == ErrorCode.None ? error : first;
            }
        }

        return first;
    }

    private static ErrorCode ErrorOf(OffsetFetchResponse response) =>
        (ErrorCode)(response.Groups.Count > 0 ? response.Groups[0].ErrorCode : response.ErrorCode);

    private Dictionary<LogKey, long>? Read(OffsetFetchResponse response, List<ConsumedPartition> asked)
    {
        var found = new Dictionary<LogKey, long>();
        var error = ErrorOf(response);
        if (response.Groups.Count > 0)
        {
            foreach (ref var topic in response.Groups[0].Topics)
            {
                foreach (ref var partition in topic.Partitions)
                {
                    error = Add(found, asked, topic.Name, topic.TopicId, partition.PartitionIndex, partition.CommittedOffset, (ErrorCode)partition.ErrorCode, error);
                }
            }
        }

        foreach (ref var topic in response.Topics)
        {
            foreach (ref var partition in topic.Partitions)
            {
                error = Add(found, asked, topic.Name, Uuid.Zero, partition.PartitionIndex, partition.CommittedOffset, (ErrorCode)partition.ErrorCode, error);
            }
        }

        if (error != ErrorCode.None && !ErrorReaction.IsRetriable(error))
        {
            throw new ViolationException("expected-errors", $"OffsetFetch of {group} answers {error}");
        }

        return error == ErrorCode.None ? found : null;
    }

    private static ErrorCode Add(
        Dictionary<LogKey, long> found, List<ConsumedPartition> asked, Text name, Uuid id, int number, long offset, ErrorCode error, ErrorCode before)
    {
        var partition = asked.Find(partition => partition.Partition == number && (id.IsZero ? name == partition.Topic : id == partition.TopicId))
            ?? throw new ViolationException("answers-what-was-asked", $"OffsetFetch answers for {name}{id}-{number}, which was not asked");
        if (offset >= 0)
        {
            found[partition.Key] = offset;
        }

        return before == ErrorCode.None ? error : before;
    }
}
