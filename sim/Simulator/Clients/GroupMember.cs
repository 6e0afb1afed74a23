using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Simulator.Workloads;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// A member of a classic group: joins, is given partitions, beats, commits, leaves. Owned by its consumer, which it tells
/// what it owns. Joins only while its consumer polls, and beats beside that, as clients do.
/// </summary>
internal sealed class GroupMember : IGroupMember
{
    private const string ProtocolType = "consumer";

    /// <summary>From here on a JoinGroup tells the instance id.</summary>
    private const short FirstStaticVersion = 5;

    private readonly ClientProcess _process;
    private readonly Consumer _consumer;
    private readonly GroupConnection _connection;
    private List<TopicPartition> _owned = [];
    private bool _mustJoin = true;
    private bool _isLost;
    private bool _isOver;
    private SortedDictionary<string, int>? _decidedCounts;

    internal GroupMember(ClientProcess process, Consumer consumer, SubscribeOperation plan)
    {
        _process = process;
        _consumer = consumer;
        Plan = plan;
        _connection = new GroupConnection(process, plan.Group);
        Offsets = new GroupOffsets(process, plan.Group, _connection);
        process.Run(BeatAsync);
    }

    /// <inheritdoc/>
    public SubscribeOperation Plan { get; }

    /// <inheritdoc/>
    public GroupOffsets Offsets { get; }

    /// <inheritdoc/>
    public string MemberId { get; private set; } = "";

    /// <summary>The generation that it is a member of; -1: of none.</summary>
    public int Generation { get; private set; } = -1;

    /// <summary>Members that join in an older version have no instance id, whatever their plan says.</summary>
    private bool IsStatic => Plan.InstanceId is not null && _process.VersionMaxOf(JoinGroupRequest.Api) >= FirstStaticVersion;

    private string ProtocolName => Plan.IsCooperative ? "cooperative-sticky" : "range";

    /// <summary>Joins if it must, until it is a member or time is up.</summary>
    public async Task JoinAsync(long untilMs)
    {
        await FollowTopicsAsync();
        if (_isLost)
        {
            Own([], isLost: true);
            _isLost = false;
        }

        while (_mustJoin && !_isOver && _process.Shard.MonotonicMs < untilMs)
        {
            try
            {
                if (!await JoinOnceAsync())
                {
                    await _process.BackOffAsync();
                }
            }
            catch (RequestLostException)
            {
                await _process.BackOffAsync();
            }
        }
    }

    /// <summary>Commits where the consumer is.</summary>
    public async Task CommitAsync()
    {
        if (Generation >= 0)
        {
            var isSuperseded = _process.Fleet.Groups.IsSuperseded(Plan.Group, MemberId);
            var deaths = _process.Fleet.BrokerDeaths;
            var hasPlace = _consumer.Partitions.Any(partition => partition.Position is not null && !_process.Fleet.Workload.Topics[partition.TopicNumber].MayBeDeleted);
            var error = await Offsets.CommitAsync(_consumer.Partitions, MemberId, Generation, Plan.InstanceId);
            CheckFenced(error, isSuperseded && hasPlace, deaths);
            React(error);
        }
    }

    /// <summary>A heartbeat and a commit in the generation before its own, and a commit of nobody: none of them may be taken for one of now.</summary>
    public async Task BeStaleAsync()
    {
        if (Generation < 1)
        {
            return;
        }

        try
        {
            var deaths = _process.Fleet.BrokerDeaths;
            var response = await _connection.AskAsync<HeartbeatRequest, HeartbeatResponse>(
                new HeartbeatRequest { GroupId = Plan.Group, GenerationId = Generation - 1, MemberId = MemberId, GroupInstanceId = Plan.InstanceId },
                static response => (ErrorCode)response.ErrorCode);
            if (response.ErrorCode == 0 && deaths == _process.Fleet.BrokerDeaths && !_process.Fleet.MayForget)
            {
                throw new ViolationException("stale-generation", $"{MemberId} of {Plan.Group} is served in a generation that is over");
            }
        }
        catch (RequestLostException)
        {
            // Nobody took it for anything.
        }

        var commits = new RefusedCommits(_process, _consumer, this);
        await commits.CommitOfBeforeAsync();
        await commits.CommitAsNobodyAsync(IsMemberAsync);
    }

    private async Task<bool> IsMemberAsync()
    {
        try
        {
            var response = await _connection.AskAsync<HeartbeatRequest, HeartbeatResponse>(
                new HeartbeatRequest { GroupId = Plan.Group, GenerationId = Generation, MemberId = MemberId, GroupInstanceId = Plan.InstanceId },
                static response => (ErrorCode)response.ErrorCode);
            return (ErrorCode)response.ErrorCode is ErrorCode.None or ErrorCode.RebalanceInProgress;
        }
        catch (RequestLostException)
        {
            return false;
        }
    }

    /// <summary>Ends being a member: a dynamic one says so, a static one will be back or time out.</summary>
    public async Task LeaveAsync()
    {
        _isOver = true;
        if (MemberId.Length == 0 || Plan.InstanceId is not null)
        {
            return;
        }

        try
        {
            await _connection.AskAsync<LeaveGroupRequest, LeaveGroupResponse>(
                new LeaveGroupRequest
                {
                    GroupId = Plan.Group, MemberId = MemberId, Members = Seq<LeaveGroupRequest.MemberIdentity>.Of(new LeaveGroupRequest.MemberIdentity { MemberId = MemberId }),
                },
                static response => (ErrorCode)response.ErrorCode);
        }
        catch (RequestLostException)
        {
            // Its session will end by itself.
        }
    }

    private async Task<bool> JoinOnceAsync()
    {
        if (!Plan.IsCooperative || _isLost)
        {
            Own([], _isLost);
            _isLost = false;
        }

        var request = new JoinGroupRequest
        {
            GroupId = Plan.Group, SessionTimeoutMs = Plan.SessionTimeoutMs, RebalanceTimeoutMs = Plan.RebalanceTimeoutMs, MemberId = MemberId,
            GroupInstanceId = Plan.InstanceId, ProtocolType = ProtocolType,
        };
        request.Protocols.Add(new JoinGroupRequest.JoinGroupRequestProtocol
        {
            Name = ProtocolName,
            Metadata = GroupMessages.Subscription(Plan.SubscriptionVersion, Plan.Topics.Select(number => _process.Fleet.Workload.Topics[number].Name), _owned, Generation),
        });
        var (holders, brokerLife) = (HoldersNow(), _process.Fleet.BrokerDeaths);
        var joined = await _connection.AskAsync<JoinGroupRequest, JoinGroupResponse>(
            request, static response => (ErrorCode)response.ErrorCode, Plan.RebalanceTimeoutMs + Plan.SessionTimeoutMs + _process.Plan.RequestTimeoutMs);
        var error = (ErrorCode)joined.ErrorCode;
        if (error == ErrorCode.MemberIdRequired)
        {
            MemberId = joined.MemberId.ToString();
            return true;
        }

        if (error != ErrorCode.None)
        {
            React(error);
            return false;
        }

        MemberId = joined.MemberId.ToString();
        Generation = joined.GenerationId;
        if (IsStatic)
        {
            _process.Fleet.Groups.OnHolds(Plan.Group, Plan.InstanceId!, MemberId, holders, brokerLife, _process.Fleet.BrokerDeaths);
        }

        _decidedCounts = null;
        if (joined.ProtocolName != ProtocolName || MemberId.Length == 0 || Generation < 0)
        {
            throw new ViolationException("group-join", $"{MemberId} joined {Plan.Group} in generation {Generation} with {joined.ProtocolName}, and offers {ProtocolName}");
        }

        return await SyncAsync(joined);
    }

    private async Task<bool> SyncAsync(JoinGroupResponse joined)
    {
        var request = new SyncGroupRequest
        {
            GroupId = Plan.Group, GenerationId = Generation, MemberId = MemberId, GroupInstanceId = Plan.InstanceId,
            ProtocolType = ProtocolType, ProtocolName = ProtocolName,
        };
        if (joined.Leader.ToString() == MemberId && !joined.SkipAssignment)
        {
            await DecideAsync(joined, request.Assignments, assignments => request.Assignments = assignments);
        }

        var life = _process.Fleet.Groups.LifeOf(Plan.Group);
        var response = await _connection.AskAsync<SyncGroupRequest, SyncGroupResponse>(
            request, static response => (ErrorCode)response.ErrorCode, Plan.RebalanceTimeoutMs + Plan.SessionTimeoutMs + _process.Plan.RequestTimeoutMs);
        if (response.ErrorCode != 0)
        {
            React((ErrorCode)response.ErrorCode);
            return false;
        }

        var assigned = GroupMessages.ReadAssignment(response.Assignment);
        var lifeOfAnswer = _process.Fleet.Groups.LifeSince(Plan.Group, life);
        _process.Fleet.OnAssigned();
        if (_process.Fleet.IsAssignedByServer(Plan.Group))
        {
            _process.Fleet.Groups.OnOwned(Plan.Group, MemberId, Plan.InstanceId, Generation, assigned, lifeOfAnswer);
        }
        else
        {
            _process.Fleet.Groups.OnAssigned(Plan.Group, lifeOfAnswer, Generation, MemberId, Plan.InstanceId, assigned);
        }

        await _process.View.FindAsync(Plan.Topics);
        var gaveUp = Plan.IsCooperative && _owned.Exists(partition => !assigned.Contains(partition));
        _mustJoin = gaveUp;
        Own(assigned, isLost: false);
        return true;
    }

    private async Task DecideAsync(
        JoinGroupResponse joined, Seq<SyncGroupRequest.SyncGroupRequestAssignment> assignments, Action<Seq<SyncGroupRequest.SyncGroupRequestAssignment>> decided)
    {
        var members = new List<GroupAssignor.Member>();
        foreach (ref var member in joined.Members)
        {
            var (topics, owned, generation) = GroupMessages.ReadSubscription(member.Metadata);
            members.Add(new GroupAssignor.Member(member.MemberId.ToString(), topics, owned, generation));
        }

        await _process.View.RefreshAsync();
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var topic in members.SelectMany(member => member.Topics))
        {
            counts[topic] = _process.View.Find(topic)?.Partitions.Count ?? 0;
        }

        _decidedCounts = counts;
        var decision = Plan.IsCooperative ? GroupAssignor.CooperativeSticky(members, counts) : GroupAssignor.Range(members, counts);
        foreach (var (memberId, partitions) in decision)
        {
            _process.Fleet.Groups.OnDecided(Plan.Group, Generation, memberId, partitions);
            assignments.Add(new SyncGroupRequest.SyncGroupRequestAssignment { MemberId = memberId, Assignment = GroupMessages.Assignment(partitions) });
        }

        decided(assignments);
    }

    private void Own(List<TopicPartition> partitions, bool isLost)
    {
        _consumer.OnOwned(partitions, isLost);
        _owned = partitions;
    }

    /// <summary>The leader sees to it that partitions that came or went are given out again.</summary>
    private async Task FollowTopicsAsync()
    {
        if (_decidedCounts is not { } decided || _mustJoin)
        {
            return;
        }

        if (decided.ContainsValue(0))
        {
            await _process.View.RefreshAsync();
        }

        _mustJoin |= decided.Any(count => (_process.View.Find(count.Key)?.Partitions.Count ?? count.Value) != count.Value);
    }

    /// <summary>What an answer of the coordinator means for the membership; the consumer is told at its next poll.</summary>
    private void React(ErrorCode error)
    {
        switch (error)
        {
            case ErrorCode.None:
                break;
            case ErrorCode.InvalidCommitOffsetSize:
                // Whether a commit may be refused for its size was judged where it was answered.
                break;
            case ErrorCode.RebalanceInProgress:
                _mustJoin = true;
                break;
            case ErrorCode.GroupMaxSizeReached:
                // There may be room later.
                MemberId = "";
                _mustJoin = true;
                break;
            case ErrorCode.IllegalGeneration or ErrorCode.UnknownMemberId or ErrorCode.GroupIdNotFound:
                MemberId = error == ErrorCode.IllegalGeneration ? MemberId : "";
                Generation = -1;
                _mustJoin = true;
                _isLost = true;
                break;
            case ErrorCode.FencedInstanceId:
                Generation = -1;
                _isOver = true;
                _isLost = true;
                break;
            default:
                if (!ErrorReaction.IsRetriable(error))
                {
                    throw new ViolationException("expected-errors", $"the coordinator of {Plan.Group} answers {error}");
                }

                break;
        }
    }

    private IReadOnlyList<string> HoldersNow() => IsStatic ? _process.Fleet.Groups.HoldersOf(Plan.Group, Plan.InstanceId!) : [];

    private void CheckFenced(ErrorCode error, bool wasSuperseded, int brokerDeaths)
    {
        if (error == ErrorCode.None && wasSuperseded && brokerDeaths == _process.Fleet.BrokerDeaths)
        {
            throw new ViolationException("instance-fenced", $"{MemberId} of {Plan.Group} is served, though another process has its instance id {Plan.InstanceId}");
        }
    }

    private async Task BeatAsync()
    {
        while (!_isOver)
        {
            await _process.DelayAsync(Plan.SessionTimeoutMs / 3);
            if (_isOver || _mustJoin || Generation < 0)
            {
                continue;
            }

            try
            {
                var (generation, memberId) = (Generation, MemberId);
                var (isSuperseded, deaths) = (_process.Fleet.Groups.IsSuperseded(Plan.Group, memberId), _process.Fleet.BrokerDeaths);
                var response = await _connection.AskAsync<HeartbeatRequest, HeartbeatResponse>(
                    new HeartbeatRequest { GroupId = Plan.Group, GenerationId = generation, MemberId = memberId, GroupInstanceId = Plan.InstanceId },
                    static response => (ErrorCode)response.ErrorCode);
                CheckFenced((ErrorCode)response.ErrorCode, isSuperseded, deaths);
                if (generation == Generation && memberId == MemberId)
                {
                    React((ErrorCode)response.ErrorCode);
                }
            }
            catch (RequestLostException)
            {
                // The next one goes over another connection.
            }
        }
    }
}
