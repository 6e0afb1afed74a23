using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Simulator.Workloads;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// A member of a group by the consumer protocol (KIP-848), as clients do it: heartbeats beside the polls, and what the coordinator
/// assigns is taken up and given up while the consumer polls, then confirmed. Owned by its consumer.
/// </summary>
internal sealed class EpochMember : IGroupMember
{
    private const int JoinEpoch = 0;
    private const int LeaveEpoch = -1;
    private const int StaticLeaveEpoch = -2;

    /// <summary>From here on clients choose their member ids.</summary>
    private const short FirstVersionWithOwnId = 1;

    /// <summary>From here on a subscription may be a regular expression.</summary>
    private const short FirstVersionWithPatterns = 1;

    private readonly ClientProcess _process;
    private readonly Consumer _consumer;
    private readonly GroupConnection _connection;
    private List<TopicPartition> _owned = [];
    private List<(Uuid Topic, int Partition)> _assigned = [];
    private int _epoch;
    private int _intervalMs = 1000;
    // Null while it may be either of two.
    private int? _life;
    private bool _isAsking;
    private bool _mustConfirm;
    private bool _mustTellAll;
    private bool _isLost;
    private bool _isOver;

    internal EpochMember(ClientProcess process, Consumer consumer, SubscribeOperation plan)
    {
        _process = process;
        _consumer = consumer;
        Plan = plan;
        _connection = new GroupConnection(process, plan.Group);
        Offsets = new GroupOffsets(process, plan.Group, _connection);
        MemberId = process.VersionMaxOf(ConsumerGroupHeartbeatRequest.Api) >= FirstVersionWithOwnId ? Uuid.FromRandom(process.Shard.Random).ToString() : "";
        process.Run(BeatAsync);
    }

    /// <inheritdoc/>
    public SubscribeOperation Plan { get; }

    /// <inheritdoc/>
    public GroupOffsets Offsets { get; }

    /// <inheritdoc/>
    public string MemberId { get; private set; } = "";

    /// <inheritdoc/>
    public int Generation => _epoch > JoinEpoch ? _epoch : -1;

    /// <inheritdoc/>
    public async Task JoinAsync(long untilMs)
    {
        do
        {
            if (_isLost)
            {
                _isLost = false;
                Own([], isLost: true);
            }

            await TakeUpAsync();
            if (_isOver || (_epoch > JoinEpoch && !_mustConfirm))
            {
                return;
            }

            if (!await AskAsync())
            {
                await _process.BackOffAsync();
            }
        }
        while (_process.Shard.MonotonicMs < untilMs);
    }

    /// <inheritdoc/>
    public async Task CommitAsync()
    {
        if (_epoch > JoinEpoch)
        {
            React(await Offsets.CommitAsync(_consumer.Partitions, MemberId, _epoch, Plan.InstanceId), _epoch);
        }
    }

    /// <inheritdoc/>
    public async Task BeStaleAsync()
    {
        if (_epoch < 2)
        {
            return;
        }

        try
        {
            var deaths = _process.Fleet.BrokerDeaths;
            var request = new ConsumerGroupHeartbeatRequest { GroupId = Plan.Group, MemberId = MemberId, MemberEpoch = _epoch - 1 };
            var response = await SendAsync(request);
            if (response.ErrorCode == 0 && deaths == _process.Fleet.BrokerDeaths && !_process.Fleet.MayForget)
            {
                throw new ViolationException("stale-generation", $"{MemberId} of {Plan.Group} is served in epoch {request.MemberEpoch}, which is over");
            }
        }
        catch (RequestLostException)
        {
            // Nobody took it for anything.
        }

        // A commit of an older epoch may be one of a partition that it has had since then (KIP-1251).
        await new RefusedCommits(_process, _consumer, this).CommitAsNobodyAsync(AskAsync);
    }

    /// <inheritdoc/>
    public async Task LeaveAsync()
    {
        _isOver = true;
        if (_epoch <= JoinEpoch)
        {
            return;
        }

        try
        {
            await SendAsync(new ConsumerGroupHeartbeatRequest
            {
                GroupId = Plan.Group, MemberId = MemberId, InstanceId = Plan.InstanceId,
                MemberEpoch = Plan.InstanceId is null ? LeaveEpoch : StaticLeaveEpoch,
            });
        }
        catch (RequestLostException)
        {
            // Its session will end by itself.
        }
    }

    private Task<ConsumerGroupHeartbeatResponse> SendAsync(ConsumerGroupHeartbeatRequest request) =>
        _connection.AskAsync<ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse>(request, static response => (ErrorCode)response.ErrorCode);

    private async Task BeatAsync()
    {
        while (!_isOver)
        {
            await _process.DelayAsync(_intervalMs);
            if (_epoch > JoinEpoch && !_isOver)
            {
                await AskAsync();
            }
        }
    }

    /// <summary>One heartbeat; false when it came to nothing.</summary>
    private async Task<bool> AskAsync()
    {
        if (_isAsking)
        {
            return false;
        }

        _isAsking = true;
        try
        {
            var (epoch, confirms) = (_epoch, _mustConfirm);
            _mustConfirm = false;
            var life = _process.Fleet.Groups.LifeOf(Plan.Group);
            var response = await SendAsync(Heartbeat(epoch, confirms));
            if (response.ErrorCode != 0)
            {
                _mustTellAll = true;
                _mustConfirm |= confirms;
                React((ErrorCode)response.ErrorCode, epoch);
                return false;
            }

            _mustTellAll = false;
            _life = _process.Fleet.Groups.LifeSince(Plan.Group, life);
            Take(response);
            return true;
        }
        catch (RequestLostException)
        {
            _mustTellAll = true;
            return false;
        }
        finally
        {
            _isAsking = false;
        }
    }

    private ConsumerGroupHeartbeatRequest Heartbeat(int epoch, bool confirms)
    {
        var request = new ConsumerGroupHeartbeatRequest { GroupId = Plan.Group, MemberId = MemberId, MemberEpoch = epoch, InstanceId = Plan.InstanceId };
        var isFull = epoch == JoinEpoch || _mustTellAll;
        if (isFull)
        {
            request.RebalanceTimeoutMs = Plan.RebalanceTimeoutMs;
            Subscribe(ref request);
            request.ServerAssignor = Plan.IsCooperative ? "uniform" : "range";
        }

        if (isFull || confirms)
        {
            request.TopicPartitions = epoch == JoinEpoch ? default : OwnedPartitions();
        }

        return request;
    }

    /// <summary>The same topics, by their names or by an expression that fits them and no others.</summary>
    private void Subscribe(ref ConsumerGroupHeartbeatRequest request)
    {
        var names = Plan.Topics.Select(number => _process.Fleet.Workload.Topics[number].Name).ToList();
        var usesPattern = Plan.UsesPattern && _process.VersionMaxOf(ConsumerGroupHeartbeatRequest.Api) >= FirstVersionWithPatterns;
        request.SubscribedTopicNames = Seq<Text>.Of(usesPattern ? [] : names.Select(Text.Of));
        if (usesPattern)
        {
            request.SubscribedTopicRegex = Text.Of(string.Join('|', names));
        }
    }

    private Seq<ConsumerGroupHeartbeatRequest.OwnedTopicPartitions> OwnedPartitions()
    {
        var topics = new Seq<ConsumerGroupHeartbeatRequest.OwnedTopicPartitions>();
        foreach (var topic in _owned.GroupBy(partition => partition.Topic, StringComparer.Ordinal))
        {
            topics.Add(new ConsumerGroupHeartbeatRequest.OwnedTopicPartitions
            {
                TopicId = IdOf(topic.Key), Partitions = Seq<int>.Of(topic.Select(partition => partition.Partition)),
            });
        }

        return topics;
    }

    private Uuid IdOf(string topic) => _process.View.Find(topic)?.Id ?? Uuid.Zero;

    private void Take(ConsumerGroupHeartbeatResponse response)
    {
        if (response.MemberEpoch < _epoch && _epoch > JoinEpoch)
        {
            throw new ViolationException("member-epoch", $"{MemberId} of {Plan.Group} goes from epoch {_epoch} to {response.MemberEpoch}");
        }

        MemberId = response.MemberId.ToString();
        _epoch = response.MemberEpoch;
        _intervalMs = Math.Max(1, response.HeartbeatIntervalMs);
        if (response.Assignment.HasValue)
        {
            _assigned = [];
            foreach (var topic in response.Assignment.Value.TopicPartitions)
            {
                foreach (var partition in topic.Partitions)
                {
                    _assigned.Add((topic.TopicId, partition));
                }
            }

            _process.Fleet.OnAssigned();
        }
    }

    /// <summary>The consumer gives up what it must and takes what it was given; the coordinator is told so.</summary>
    private async Task TakeUpAsync()
    {
        if (_epoch <= JoinEpoch)
        {
            return;
        }

        if (_assigned.Exists(partition => NameOf(partition.Topic) is null))
        {
            await _process.View.FindAsync(Plan.Topics);
            if (_assigned.Exists(partition => NameOf(partition.Topic) is null))
            {
                await _process.View.RefreshAsync();
            }
        }

        var wanted = new List<TopicPartition>();
        foreach (var (topic, partition) in _assigned)
        {
            if (NameOf(topic) is { } name)
            {
                wanted.Add(new TopicPartition(name, partition));
            }
        }

        if (wanted.Count != _owned.Count || wanted.Exists(partition => !_owned.Contains(partition)))
        {
            _process.Fleet.Groups.OnOwned(Plan.Group, MemberId, Plan.InstanceId, _epoch, wanted, _life);
            Own(wanted, isLost: false);
            _mustConfirm = true;
        }
    }

    private string? NameOf(Uuid topic) => Plan.Topics
        .Select(number => _process.Fleet.Workload.Topics[number].Name)
        .FirstOrDefault(name => IdOf(name) == topic && !topic.IsZero);

    private void Own(List<TopicPartition> partitions, bool isLost)
    {
        _consumer.OnOwned(partitions, isLost);
        _owned = partitions;
    }

    private void React(ErrorCode error, int epoch)
    {
        switch (error)
        {
            case ErrorCode.None or ErrorCode.StaleMemberEpoch or ErrorCode.GroupMaxSizeReached:
                break;
            case ErrorCode.InvalidCommitOffsetSize:
                // Whether a commit may be refused for its size was judged where it was answered.
                break;
            case ErrorCode.UnreleasedInstanceId when Plan.InstanceId is not null && epoch == JoinEpoch:
                break;
            case ErrorCode.FencedMemberEpoch or ErrorCode.UnknownMemberId or ErrorCode.GroupIdNotFound:
                Lose(epoch);
                break;
            case ErrorCode.FencedInstanceId:
                _isOver = true;
                Lose(epoch);
                break;
            default:
                if (!ErrorReaction.IsRetriable(error))
                {
                    throw new ViolationException("expected-errors", $"the coordinator of {Plan.Group} answers {error} in epoch {epoch}");
                }

                break;
        }
    }

    /// <summary>The coordinator does not know it any more in that epoch: it gives everything up and joins anew.</summary>
    private void Lose(int epoch)
    {
        if (epoch == _epoch && _epoch > JoinEpoch)
        {
            _epoch = JoinEpoch;
            _assigned = [];
            _isLost = true;
        }
    }
}
