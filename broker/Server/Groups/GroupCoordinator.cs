using Deterministic.Kernel;
using Deterministic.Kernel.Time;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups.Consumers;

namespace Deterministic.Server.Groups;

/// <summary>
/// The group coordinator of one shard: serves the groups whose partition of <c>__consumer_offsets</c> the shard owns.
/// A state machine: every method is called on that shard, takes an event, and answers at once or later through a callback
/// that is called exactly once. Lives as long as its shard. Requests may be slices of a network buffer; what is kept of
/// them is copied.
/// </summary>
public sealed partial class GroupCoordinator
{
    private readonly GroupConfig _config;
    private readonly IGroupLog _log;
    private readonly GroupBatch _batch;
    private readonly Dictionary<int, GroupPartition> _partitions = [];
    private readonly GroupRebalances _rebalances;
    private readonly GroupJoins _joins;
    private readonly GroupSyncs _syncs;
    private readonly GroupDepartures _departures;
    private readonly OffsetCommits _commits;
    private readonly TransactionalCommits _transactionalCommits;
    private readonly OffsetFetches _fetches;
    private readonly OffsetExpiry _expiry;
    private readonly IGroupTopics _topics;
    private readonly GroupDeletions _deletions;
    private readonly ConsumerProtocol _consumers;
    private ScheduledTimer? _sweepTimer;

    /// <summary>A coordinator without partitions.</summary>
    public GroupCoordinator(
        Shard shard, GroupConfig config, IGroupLog log, IGroupTopics topics, IGroupSettings settings, BatchCodecs codecs)
    {
        Shard = shard;
        _config = config;
        _log = log;
        _batch = new GroupBatch(codecs);
        _rebalances = new GroupRebalances(shard, config);
        _joins = new GroupJoins(shard, config, _rebalances);
        _syncs = new GroupSyncs(_rebalances);
        _departures = new GroupDepartures(_rebalances);
        _commits = new OffsetCommits(shard, config, topics, _rebalances.Sessions, _rebalances.Counters);
        _transactionalCommits = new TransactionalCommits(shard, config, topics);
        _fetches = new OffsetFetches(topics);
        _expiry = new OffsetExpiry(shard, config);
        _topics = topics;
        _deletions = new GroupDeletions(topics);
        _consumers = new ConsumerProtocol(shard, config, settings, topics, _rebalances);
    }

    /// <summary>Its owner.</summary>
    public Shard Shard { get; }

    /// <summary>What it has done.</summary>
    public GroupCounters Counters => _rebalances.Counters;

    /// <summary>What it has of <c>__consumer_offsets</c>, by partition.</summary>
    public IReadOnlyDictionary<int, GroupPartition> Partitions => _partitions;

    /// <summary>This node became leader of the partition; its records follow.</summary>
    public void BeginLoad(int partition)
    {
        Check.That(Shard.IsCurrent, $"partition {partition} loaded on another shard than {Shard.Id}");
        Check.That(_partitions.TryAdd(partition, new GroupPartition(Shard, _log, _batch, partition)), $"__consumer_offsets-{partition} is loaded twice");
        _sweepTimer ??= ScheduleSweep();
    }

    /// <summary>Some whole record batches of the partition, in log order.</summary>
    public void Replay(int partition, ReadOnlySpan<byte> batches)
    {
        var loading = _partitions[partition];
        Check.That(loading.State == GroupPartitionState.Loading, $"__consumer_offsets-{partition} is {loading.State} and was given records to load");
        _batch.Replay(loading, batches);
    }

    /// <summary>That was all: its groups are served from now on.</summary>
    public void EndLoad(int partition)
    {
        var loaded = _partitions[partition];
        loaded.State = GroupPartitionState.Active;
        OffsetExpiry.ForgetGone(loaded, _topics);
        foreach (var group in loaded.Groups.Values.ToArray())
        {
            if (group.Consumer is not null)
            {
                _consumers.Changes.Resume(group);
                continue;
            }

            GroupRestoration.Restore(group, _rebalances.Sessions);
            loaded.MaybeForget(group);
            if (group.Members.Count > _config.MaxSize)
            {
                Mark.Hit("group.loaded-larger-than-allowed");
                _rebalances.MaybePrepare(group);
            }
        }
    }

    /// <summary>This node leads the partition no more: whoever waits is sent to look for the new coordinator.</summary>
    public void Unload(int partition)
    {
        if (!_partitions.Remove(partition, out var closed))
        {
            return;
        }

        closed.State = GroupPartitionState.Closed;
        foreach (var (_, group) in closed.Groups)
        {
            Mark.Hit("group.closed-with-its-partition");
            _rebalances.Close(group, ErrorCode.NotCoordinator);
            ConsumerProtocol.Close(group);
        }
    }

    /// <summary>A topic was deleted: the offsets committed for it go.</summary>
    public void OnTopicDeleted(string topic)
    {
        foreach (var (_, partition) in _partitions)
        {
            if (partition.State == GroupPartitionState.Active)
            {
                OffsetExpiry.Forget(partition, topic);
            }
        }
    }

    /// <summary>JoinGroup. Answers when the rebalance has completed, or at once with an error.</summary>
    public void JoinGroup(int partition, JoinGroupRequest request, GroupClient client, Action<JoinGroupResponse> answer)
    {
        var error = ErrorOf(partition, request.GroupId, out var active);
        if (error == ErrorCode.None
            && (request.SessionTimeoutMs < _config.MinSessionTimeoutMs || request.SessionTimeoutMs > _config.MaxSessionTimeoutMs))
        {
            Mark.Hit("group.session-timeout-invalid");
            error = ErrorCode.InvalidSessionTimeout;
        }

        if (error == ErrorCode.None && !GroupTexts.Fits(request, client))
        {
            error = ErrorCode.InvalidRequest;
        }

        var known = active?.Find(request.GroupId);
        if (error == ErrorCode.None && known is { Line.IsBusy: true })
        {
            Wait(known, () => JoinGroup(partition, request, client, answer), e => answer(GroupAnswers.JoinFailed(request.MemberId, e)));
            return;
        }

        if (error == ErrorCode.None && !request.MemberId.IsNullOrEmpty && known is null)
        {
            Mark.Hit("group.member-of-no-group");
            error = ErrorCode.UnknownMemberId;
        }

        if (error != ErrorCode.None)
        {
            answer(GroupAnswers.JoinFailed(request.MemberId, error));
            return;
        }

        if (known is { Consumer: not null })
        {
            _consumers.Classic.Join(known, request, client, answer);
            return;
        }

        var group = active!.FindOrAdd(request.GroupId);
        _joins.Handle(group, request, client, answer);
        active.MaybeForget(group);
    }

    /// <summary>SyncGroup. Answers when the leader's assignment is durable, or at once with an error.</summary>
    public void SyncGroup(int partition, SyncGroupRequest request, GroupClient client, Action<SyncGroupResponse> answer)
    {
        if (client.Version >= 5 && (request.ProtocolType.IsNull || request.ProtocolName.IsNull))
        {
            answer(GroupAnswers.SyncFailed(ErrorCode.InconsistentGroupProtocol));
            return;
        }

        // A member that synced while we load has to join again anyway: its answer was lost with the last coordinator.
        var error = ErrorOf(partition, request.GroupId, out var active);
        error = error == ErrorCode.CoordinatorLoadInProgress ? ErrorCode.RebalanceInProgress : error;
        var group = active?.Find(request.GroupId);
        if (error != ErrorCode.None || group is null)
        {
            answer(GroupAnswers.SyncFailed(error != ErrorCode.None ? error : ErrorCode.UnknownMemberId));
            return;
        }

        if (group.Line.IsBusy)
        {
            Wait(group, () => SyncGroup(partition, request, client, answer), e => answer(GroupAnswers.SyncFailed(e)));
        }
        else if (group.Consumer is not null)
        {
            answer(_consumers.Classic.Sync(group, request));
        }
        else
        {
            _syncs.Handle(group, request, answer);
        }
    }

    /// <summary>Heartbeat. While the partition loads every member is believed.</summary>
    public HeartbeatResponse Heartbeat(int partition, HeartbeatRequest request)
    {
        var error = ErrorOf(partition, request.GroupId, out var active);
        if (error == ErrorCode.CoordinatorLoadInProgress)
        {
            error = ErrorCode.None;
        }
        else if (error == ErrorCode.None)
        {
            error = active!.Find(request.GroupId) is { } group ? Beat(group, request) : ErrorCode.UnknownMemberId;
        }

        return new HeartbeatResponse { ErrorCode = (short)error };
    }

    /// <summary>LeaveGroup. Answers at once, or when the departure from a group of the consumer protocol is durable.</summary>
    public void LeaveGroup(int partition, LeaveGroupRequest request, GroupClient client, Action<LeaveGroupResponse> answer)
    {
        var error = ErrorOf(partition, request.GroupId, out var active);
        var group = active?.Find(request.GroupId);
        if (error != ErrorCode.None)
        {
            answer(new LeaveGroupResponse { ErrorCode = (short)error });
        }
        else if (group is { Line.IsBusy: true })
        {
            Wait(group, () => LeaveGroup(partition, request, client, answer), e => answer(new LeaveGroupResponse { ErrorCode = (short)e }));
        }
        else if (group is { Consumer: not null })
        {
            _consumers.Classic.Leave(group, request, client.Version, answer);
        }
        else
        {
            answer(_departures.Handle(group, request, client.Version));
        }
    }

    /// <summary>OffsetCommit. Answers when the offsets are durable. The empty group id is one like any other here.</summary>
    public void CommitOffsets(int partition, OffsetCommitRequest request, GroupClient client, Action<OffsetCommitResponse> answer)
    {
        var error = ErrorOf(partition, out var active);
        error = error == ErrorCode.None && !GroupTexts.Fits(request.GroupId) ? ErrorCode.InvalidGroupId : error;
        if (error != ErrorCode.None)
        {
            answer(OffsetCommits.Failed(request, error));
        }
        else if (active!.Find(request.GroupId) is { Line.IsBusy: true } group)
        {
            Wait(group, () => CommitOffsets(partition, request, client, answer), e => answer(OffsetCommits.Failed(request, e)));
        }
        else
        {
            _commits.Handle(active, request, client.Version, answer);
        }
    }

    /// <summary>OffsetFetch of one group, in the form of version 8 and later. The empty group id is one like any other here.</summary>
    public OffsetFetchResponse.OffsetFetchResponseGroup FetchOffsets(
        int partition, OffsetFetchRequest.OffsetFetchRequestGroup request, bool requireStable, short version)
    {
        var error = ErrorOf(partition, out var active);
        return error != ErrorCode.None
            ? new OffsetFetchResponse.OffsetFetchResponseGroup { GroupId = request.GroupId, ErrorCode = (short)error }
            : _fetches.Handle(active!.Find(request.GroupId), request, requireStable, version);
    }

    /// <summary>DescribeGroups, one of them.</summary>
    public DescribeGroupsResponse.DescribedGroup DescribeGroup(int partition, Text groupId, short version)
    {
        var error = ErrorOf(partition, out var active);
        return error != ErrorCode.None
            ? GroupListings.Failed(groupId, error)
            : GroupListings.Describe(active!.Find(groupId), groupId, version);
    }

    /// <summary>ListGroups, those of this shard.</summary>
    public ListGroupsResponse ListGroups(ListGroupsRequest request)
    {
        var response = new ListGroupsResponse();
        foreach (var (_, partition) in _partitions)
        {
            if (partition.State == GroupPartitionState.Loading)
            {
                response.ErrorCode = (short)ErrorCode.CoordinatorLoadInProgress;
            }
            else
            {
                GroupListings.List(partition, request, ref response);
            }
        }

        return response;
    }

    private static void Wait(ClassicGroup group, Action turn, Action<ErrorCode> refused)
    {
        if (!group.Line.TryWait(turn))
        {
            refused(ErrorCode.CoordinatorNotAvailable);
        }
    }

    private ErrorCode Beat(ClassicGroup group, in HeartbeatRequest request)
    {
        if (group.Consumer is not null)
        {
            return _consumers.Classic.Beat(group, request);
        }

        if (group.Line.IsBusy)
        {
            // It is on its way to the consumer protocol: the member comes again and finds it there.
            return ErrorCode.RebalanceInProgress;
        }

        var error = GroupMembership.Find(
            group, request.MemberId, request.GroupInstanceId, request.GenerationId, out var member);
        if (error != ErrorCode.None)
        {
            return error;
        }

        _rebalances.Sessions.Touch(group, member!);
        return group.State == ClassicGroupState.PreparingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }

    private ErrorCode ErrorOf(int partition, Text groupId, out GroupPartition? active)
    {
        active = null;
        return groupId.IsNullOrEmpty || !GroupTexts.Fits(groupId) ? ErrorCode.InvalidGroupId : ErrorOf(partition, out active);
    }

    private ErrorCode ErrorOf(int partition, out GroupPartition? active)
    {
        Check.That(Shard.IsCurrent, $"a group of shard {Shard.Id} was asked for elsewhere");
        active = null;
        if (!_partitions.TryGetValue(partition, out var found))
        {
            Mark.Hit("group.not-coordinator");
            return ErrorCode.NotCoordinator;
        }

        if (found.State == GroupPartitionState.Loading)
        {
            Mark.Hit("group.load-in-progress");
            return ErrorCode.CoordinatorLoadInProgress;
        }

        active = found;
        return ErrorCode.None;
    }

    private ScheduledTimer ScheduleSweep() =>
        Shard.Timers.Schedule(
            Shard.MonotonicMs + _config.OffsetsRetentionCheckIntervalMs,
            static state => ((GroupCoordinator)state!).OnSweepTimer(),
            this);

    private void OnSweepTimer()
    {
        foreach (var (_, partition) in _partitions)
        {
            if (partition.State == GroupPartitionState.Active)
            {
                _expiry.Sweep(partition);
            }
        }

        _sweepTimer = _partitions.Count > 0 ? ScheduleSweep() : null;
    }
}
