using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Simulator.Workloads;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// Commits, resets and deletes in a group that nobody else uses, and looks whether it is so: what an administrator does to
/// offsets. Owned by its client process.
/// </summary>
internal sealed class GroupAdministrator
{
    private readonly ClientProcess _process;
    private readonly GroupConnection _connection;
    private readonly string _group;
    private long _offset;

    internal GroupAdministrator(ClientProcess process)
    {
        _process = process;
        _group = OwnGroupOperation.Prefix + process.Plan.Name;
        _connection = new GroupConnection(process, _group);
    }

    /// <summary>Commits, looks, deletes, looks again. What got lost on the way is not followed up.</summary>
    internal async Task RunAsync(OwnGroupOperation operation)
    {
        var topic = _process.Fleet.Workload.Topics[operation.Topic];
        if (topic.MayBeDeleted)
        {
            return;
        }

        try
        {
            await _process.View.FindAsync([operation.Topic]);
            if (_process.View.Find(topic.Name) is null || await CommitAsync(topic.Name, ++_offset) != ErrorCode.None)
            {
                return;
            }

            await ExpectAsync(topic.Name, _offset);
            var error = operation.DeletesOffsets ? await DeleteOffsetAsync(topic.Name) : await DeleteGroupAsync();
            if (error == ErrorCode.None)
            {
                await ExpectAsync(topic.Name, -1);
            }
            else if (!ErrorReaction.IsRetriable(error))
            {
                throw new ViolationException("expected-errors", $"deleting in {_group}, where {topic.Name}-0 is committed, answers {error}");
            }
        }
        catch (RequestLostException)
        {
            // Done or not: nobody knows.
        }
    }

    private async Task<ErrorCode> CommitAsync(string topic, long offset)
    {
        var request = new OffsetCommitRequest { GroupId = _group };
        var named = new OffsetCommitRequest.OffsetCommitRequestTopic { Name = topic, TopicId = _process.View.Find(topic)!.Id };
        named.Partitions.Add(new OffsetCommitRequest.OffsetCommitRequestPartition { CommittedOffset = offset, CommittedMetadata = "" });
        request.Topics.Add(named);
        var response = await _connection.AskAsync<OffsetCommitRequest, OffsetCommitResponse>(
            request, static response => (ErrorCode)response.Topics[0].Partitions[0].ErrorCode, versionMax: VersionMaxOf(named.TopicId));
        var error = (ErrorCode)response.Topics[0].Partitions[0].ErrorCode;
        return error == ErrorCode.None || ErrorReaction.IsRetriable(error)
            ? error
            : throw new ViolationException("expected-errors", $"a commit of nobody in {_group}, which has no members, answers {error}");
    }

    private async Task<ErrorCode> DeleteOffsetAsync(string topic)
    {
        var request = new OffsetDeleteRequest { GroupId = _group };
        var named = new OffsetDeleteRequest.OffsetDeleteRequestTopic { Name = topic };
        named.Partitions.Add(default);
        request.Topics.Add(named);
        var response = await _connection.AskAsync<OffsetDeleteRequest, OffsetDeleteResponse>(request, static response => (ErrorCode)response.ErrorCode);
        return response.ErrorCode != 0 ? (ErrorCode)response.ErrorCode : (ErrorCode)response.Topics[0].Partitions[0].ErrorCode;
    }

    private async Task<ErrorCode> DeleteGroupAsync()
    {
        var response = await _connection.AskAsync<DeleteGroupsRequest, DeleteGroupsResponse>(
            new DeleteGroupsRequest { GroupsNames = Seq<Text>.Of(_group) }, static response => (ErrorCode)response.Results[0].ErrorCode);
        return (ErrorCode)response.Results[0].ErrorCode;
    }

    /// <summary>Nobody else uses the group, so what was answered is what stands; unless a broker may forget, or offsets may expire.</summary>
    private async Task ExpectAsync(string topic, long offset)
    {
        var request = new OffsetFetchRequest { GroupId = _group };
        request.Topics.Add(new OffsetFetchRequest.OffsetFetchRequestTopic { Name = topic, PartitionIndexes = Seq<int>.Of(0) });
        var inGroup = new OffsetFetchRequest.OffsetFetchRequestGroup { GroupId = _group };
        var id = _process.View.Find(topic)!.Id;
        inGroup.Topics.Add(new OffsetFetchRequest.OffsetFetchRequestTopics { Name = topic, TopicId = id, PartitionIndexes = Seq<int>.Of(0) });
        request.Groups.Add(inGroup);
        var response = await _connection.AskAsync<OffsetFetchRequest, OffsetFetchResponse>(
            request, static response => (ErrorCode)(response.Groups.Count > 0 ? response.Groups[0].ErrorCode : response.ErrorCode), versionMax: VersionMaxOf(id));
        var (error, found) = Read(response);
        if (error == ErrorCode.None && found != offset && !_process.Fleet.MayForget && (offset < 0 || found >= 0))
        {
            throw new ViolationException("own-group", $"{_group} has {found} for {topic}-0, when it was told that it has {offset}");
        }
    }

    private static (ErrorCode Error, long Offset) Read(OffsetFetchResponse response)
    {
        if (response.Groups.Count > 0)
        {
            var group = response.Groups[0];
            return group.ErrorCode != 0
                ? ((ErrorCode)group.ErrorCode, -1)
                : ((ErrorCode)group.Topics[0].Partitions[0].ErrorCode, group.Topics[0].Partitions[0].CommittedOffset);
        }

        return response.ErrorCode != 0 || response.Topics.Count == 0
            ? ((ErrorCode)response.ErrorCode, -1)
            : ((ErrorCode)response.Topics[0].Partitions[0].ErrorCode, response.Topics[0].Partitions[0].CommittedOffset);
    }

    /// <summary>From version 10 on topics are named by ids, which an old client may not know.</summary>
    private static short VersionMaxOf(Uuid topic) => topic.IsZero ? (short)9 : short.MaxValue;
}
