using System.Diagnostics;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Host.Client;

/// <summary>
/// One member of a classic consumer group with the range assignor: joins, beats, commits, leaves. Between fetches its owner
/// calls <see cref="BeatAsync"/>. Lives for one command.
/// </summary>
internal sealed class GroupMember(KafkaClient client, string groupId, IReadOnlyList<string> topics)
{
    private const string ProtocolType = "consumer";
    private const string Range = "range";
    private const int SessionTimeoutMs = 45_000;
    private const int RebalanceTimeoutMs = 60_000;
    private static readonly TimeSpan s_heartbeatInterval = TimeSpan.FromSeconds(3);

    private string _memberId = "";
    private int _generationId = -1;
    private long _lastBeat;

    /// <summary>The partitions of this member, and where it goes on with each (null: nothing is committed).</summary>
    public IReadOnlyDictionary<TopicAndPartition, long?> Assignment { get; private set; } = new Dictionary<TopicAndPartition, long?>();

    /// <summary>Joins, or joins again; returns with an assignment.</summary>
    public async Task JoinAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var join = await JoinOnceAsync(cancellation);
            if (join is { } joined && await SyncAsync(joined, cancellation) is { } partitions)
            {
                _lastBeat = Stopwatch.GetTimestamp();
                await LoadPositionsAsync(partitions, cancellation);
                return;
            }
        }
    }

    /// <summary>Tells the coordinator that this member lives, when it is time; true when the group rebalances and the member must join again.</summary>
    public async Task<bool> BeatAsync(CancellationToken cancellation)
    {
        if (Stopwatch.GetElapsedTime(_lastBeat) < s_heartbeatInterval)
        {
            return false;
        }

        _lastBeat = Stopwatch.GetTimestamp();
        var connection = await client.CoordinatorAsync(groupId, cancellation);
        var response = await connection.SendAsync<HeartbeatRequest, HeartbeatResponse>(
            new HeartbeatRequest { GroupId = groupId, GenerationId = _generationId, MemberId = _memberId }, cancellation);
        return MustRejoin(response.ErrorCode, "Heartbeat");
    }

    /// <summary>Commits the offsets of the next records; true when the member must join again and nothing was committed.</summary>
    public async Task<bool> CommitAsync(IReadOnlyDictionary<TopicAndPartition, long> positions, CancellationToken cancellation)
    {
        if (positions.Count == 0)
        {
            return false;
        }

        var request = new OffsetCommitRequest { GroupId = groupId, GenerationIdOrMemberEpoch = _generationId, MemberId = _memberId };
        foreach (var topic in positions.GroupBy(position => position.Key.Topic, StringComparer.Ordinal))
        {
            request.Topics.Add(new OffsetCommitRequest.OffsetCommitRequestTopic
            {
                Name = topic.Key,
                Partitions = Seq<OffsetCommitRequest.OffsetCommitRequestPartition>.Of(topic.Select(
                    position => new OffsetCommitRequest.OffsetCommitRequestPartition
                    {
                        PartitionIndex = position.Key.Partition, CommittedOffset = position.Value, CommittedMetadata = "",
                    })),
            });
        }

        var connection = await client.CoordinatorAsync(groupId, cancellation);
        var response = await connection.SendAsync<OffsetCommitRequest, OffsetCommitResponse>(
            request, cancellation, KafkaClient.OffsetsVersionMax);
        return response.Topics.ToArray().SelectMany(topic => topic.Partitions.ToArray())
            .Any(partition => MustRejoin(partition.ErrorCode, "Commit"));
    }

    /// <summary>Leaves, so that the others need not wait for the session to end.</summary>
    public async Task LeaveAsync(CancellationToken cancellation)
    {
        if (_memberId.Length == 0)
        {
            return;
        }

        var request = new LeaveGroupRequest
        {
            GroupId = groupId, MemberId = _memberId,
            Members = Seq<LeaveGroupRequest.MemberIdentity>.Of(new LeaveGroupRequest.MemberIdentity { MemberId = _memberId }),
        };
        var connection = await client.CoordinatorAsync(groupId, cancellation);
        await connection.SendAsync<LeaveGroupRequest, LeaveGroupResponse>(request, cancellation);
    }

    private async Task<JoinGroupResponse?> JoinOnceAsync(CancellationToken cancellation)
    {
        var request = new JoinGroupRequest
        {
            GroupId = groupId, SessionTimeoutMs = SessionTimeoutMs, RebalanceTimeoutMs = RebalanceTimeoutMs, MemberId = _memberId,
            ProtocolType = ProtocolType,
            Protocols = Seq<JoinGroupRequest.JoinGroupRequestProtocol>.Of(new JoinGroupRequest.JoinGroupRequestProtocol
            {
                Name = Range, Metadata = ConsumerProtocolCodec.EncodeSubscription(topics),
            }),
        };
        var connection = await client.CoordinatorAsync(groupId, cancellation);
        var response = await connection.SendAsync<JoinGroupRequest, JoinGroupResponse>(request, cancellation);
        if ((ErrorCode)response.ErrorCode == ErrorCode.MemberIdRequired)
        {
            _memberId = response.MemberId.ToString();
            return null;
        }

        if (MustRejoin(response.ErrorCode, "Joining"))
        {
            await KafkaClient.PauseAsync(cancellation);
            return null;
        }

        _memberId = response.MemberId.ToString();
        _generationId = response.GenerationId;
        return response;
    }

    private async Task<IReadOnlyList<TopicAndPartition>?> SyncAsync(JoinGroupResponse joined, CancellationToken cancellation)
    {
        var request = new SyncGroupRequest
        {
            GroupId = groupId, GenerationId = _generationId, MemberId = _memberId, ProtocolType = ProtocolType, ProtocolName = Range,
        };
        if (joined.Leader.ToString() == _memberId)
        {
            foreach (var (memberId, partitions) in await AssignAsync(joined, cancellation))
            {
                request.Assignments.Add(new SyncGroupRequest.SyncGroupRequestAssignment
                {
                    MemberId = memberId, Assignment = ConsumerProtocolCodec.EncodeAssignment(partitions),
                });
            }
        }

        var connection = await client.CoordinatorAsync(groupId, cancellation);
        var response = await connection.SendAsync<SyncGroupRequest, SyncGroupResponse>(request, cancellation);
        return MustRejoin(response.ErrorCode, "Synchronizing") ? null : ConsumerProtocolCodec.DecodeAssignment(response.Assignment);
    }

    private async Task<Dictionary<string, List<TopicAndPartition>>> AssignAsync(JoinGroupResponse joined, CancellationToken cancellation)
    {
        var subscriptions = joined.Members.ToArray().ToDictionary(
            member => member.MemberId.ToString(), member => ConsumerProtocolCodec.DecodeSubscription(member.Metadata), StringComparer.Ordinal);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in subscriptions.Values.SelectMany(names => names).Distinct(StringComparer.Ordinal))
        {
            counts[name] = (await client.TopicAsync(name, cancellation)).Partitions.Count;
        }

        return RangeAssignor.Assign(subscriptions, counts);
    }

    private async Task LoadPositionsAsync(IReadOnlyList<TopicAndPartition> partitions, CancellationToken cancellation)
    {
        var committed = await new GroupAdmin(client).CommittedAsync(groupId, cancellation);
        Assignment = partitions.ToDictionary(
            partition => partition, partition => committed.TryGetValue(partition, out var offset) ? offset.Offset : (long?)null);
    }

    private bool MustRejoin(short code, string what)
    {
        switch ((ErrorCode)code)
        {
            case ErrorCode.None:
                return false;
            case ErrorCode.RebalanceInProgress:
                return true;
            case ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration:
                _memberId = "";
                _generationId = -1;
                return true;
            case ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable or ErrorCode.CoordinatorLoadInProgress:
                client.ForgetCoordinator(groupId);
                return true;
            default:
                KafkaClientException.ThrowOn(code, $"{what} in group {groupId}");
                return true;
        }
    }
}
