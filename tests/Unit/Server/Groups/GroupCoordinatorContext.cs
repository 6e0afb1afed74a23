using System.Buffers.Binary;
using Deterministic.Kernel;
using Deterministic.Kernel.Memory;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Stored;
using Deterministic.Protocol.Stored.Control;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups;
using Deterministic.Tests.Shared;

namespace Deterministic.Server.Tests.Groups;

/// <summary>A coordinator with one partition, and the verbs of those who talk to it.</summary>
public sealed class GroupCoordinatorContext
{
    public const int Partition = 0;

    private readonly ulong _seed;
    private readonly GroupConfig _config;

    public GroupCoordinatorContext(GroupConfig? config = null, ulong seed = 1)
    {
        _seed = seed;
        _config = config ?? new GroupConfig { InitialRebalanceDelayMs = 0 };
        Topics.Add("orders", 4);
        Topics.Add("payments", 2);
        Shard = NewShard();
        Coordinator = NewCoordinator();
        Load();
    }

    public ManualClock Clock { get; } = new();

    public RecordingGroupLog Log { get; } = new();

    public FixedTopics Topics { get; } = new();

    public FixedSettings Settings { get; } = new();

    public Shard Shard { get; private set; }

    public GroupCoordinator Coordinator { get; private set; }

    public IEnumerable<ClassicGroup> Groups => Coordinator.Partitions[Partition].Groups.Values;

    public ClassicGroup? Group(string groupId) => Coordinator.Partitions[Partition].Find(groupId);

    public ClassicGroupState StateOf(string groupId) => Group(groupId)?.State ?? ClassicGroupState.Dead;

    /// <summary>Stops and starts again: all that is left is the log.</summary>
    public void Restart()
    {
        Shard = NewShard();
        Coordinator = NewCoordinator();
        Load();
    }

    public void Load()
    {
        Do(() => Coordinator.BeginLoad(Partition));
        Do(() => Coordinator.Replay(Partition, Log.BytesOf(Partition)));
        Do(() => Coordinator.EndLoad(Partition));
    }

    public void Do(Action action)
    {
        Shard.Post(action);
        while (Shard.Run(1000) > 0)
        {
            // Until nothing is left to do.
        }
    }

    /// <summary>Both clocks move on, and stop wherever something is due.</summary>
    public void AdvanceTime(long milliseconds)
    {
        var target = Shard.MonotonicMs + milliseconds;
        while (Shard.NextDeadline <= target)
        {
            Clock.Advance(Math.Max(0, Shard.NextDeadline - Shard.MonotonicMs));
            Do(static () => { });
        }

        Clock.Advance(target - Shard.MonotonicMs);
    }

    public Answer<JoinGroupResponse> Join(
        string groupId,
        Text memberId = default,
        string? instance = null,
        string[]? topics = null,
        string[]? protocols = null,
        int sessionTimeoutMs = 10_000,
        int rebalanceTimeoutMs = 60_000,
        short version = 9,
        string protocolType = "consumer",
        string clientId = "client")
    {
        var request = new JoinGroupRequest
        {
            GroupId = groupId,
            MemberId = memberId,
            GroupInstanceId = instance,
            ProtocolType = protocolType,
            SessionTimeoutMs = sessionTimeoutMs,
            RebalanceTimeoutMs = rebalanceTimeoutMs,
        };
        foreach (var protocol in protocols ?? ["range"])
        {
            request.Protocols.Add(new JoinGroupRequest.JoinGroupRequestProtocol { Name = protocol, Metadata = Subscription(topics ?? ["orders"]) });
        }

        var answer = new Answer<JoinGroupResponse>();
        Do(() => Coordinator.JoinGroup(Partition, request, ClientOf(version, clientId), answer.Set));
        return answer;
    }

    /// <summary>Gets a member id and joins with it.</summary>
    public Answer<JoinGroupResponse> JoinNew(
        string groupId, string[]? topics = null, string[]? protocols = null, int sessionTimeoutMs = 10_000, int rebalanceTimeoutMs = 60_000)
    {
        var first = Join(groupId, topics: topics, protocols: protocols, sessionTimeoutMs: sessionTimeoutMs, rebalanceTimeoutMs: rebalanceTimeoutMs);
        Assert.Equal((short)ErrorCode.MemberIdRequired, first.Value.ErrorCode);
        return Join(
            groupId,
            first.Value.MemberId,
            topics: topics,
            protocols: protocols,
            sessionTimeoutMs: sessionTimeoutMs,
            rebalanceTimeoutMs: rebalanceTimeoutMs);
    }

    public Answer<SyncGroupResponse> Sync(
        string groupId, int generationId, Text memberId, string? instance = null, params (Text Member, string Assignment)[] assignments)
    {
        var request = new SyncGroupRequest { GroupId = groupId, GenerationId = generationId, MemberId = memberId, GroupInstanceId = instance };
        foreach (var (member, assignment) in assignments)
        {
            request.Assignments.Add(new SyncGroupRequest.SyncGroupRequestAssignment { MemberId = member, Assignment = new Blob(Text.Of(assignment).Utf8) });
        }

        return Sync(request, version: 3);
    }

    public Answer<SyncGroupResponse> Sync(SyncGroupRequest request, short version)
    {
        var answer = new Answer<SyncGroupResponse>();
        Do(() => Coordinator.SyncGroup(Partition, request, ClientOf(version), answer.Set));
        return answer;
    }

    public ErrorCode Heartbeat(string groupId, int generationId, Text memberId, string? instance = null)
    {
        var request = new HeartbeatRequest { GroupId = groupId, GenerationId = generationId, MemberId = memberId, GroupInstanceId = instance };
        HeartbeatResponse response = default;
        Do(() => response = Coordinator.Heartbeat(Partition, request));
        return (ErrorCode)response.ErrorCode;
    }

    public LeaveGroupResponse Leave(string groupId, params (Text MemberId, string? Instance)[] members)
    {
        var request = new LeaveGroupRequest { GroupId = groupId };
        foreach (var (memberId, instance) in members)
        {
            request.Members.Add(new LeaveGroupRequest.MemberIdentity { MemberId = memberId, GroupInstanceId = instance });
        }

        LeaveGroupResponse response = default;
        Do(() => Coordinator.LeaveGroup(Partition, request, ClientOf(5), answer => response = answer));
        return response;
    }

    public Answer<OffsetCommitResponse> BeginCommit(
        string groupId, string topic, int partition, long offset, int generationId = -1, Text memberId = default, long retentionMs = -1, short version = 9)
    {
        var request = new OffsetCommitRequest
        {
            GroupId = groupId,
            GenerationIdOrMemberEpoch = generationId,
            MemberId = memberId,
            RetentionTimeMs = retentionMs,
            Topics = Seq<OffsetCommitRequest.OffsetCommitRequestTopic>.Of(new OffsetCommitRequest.OffsetCommitRequestTopic
            {
                Name = topic,
                Partitions = Seq<OffsetCommitRequest.OffsetCommitRequestPartition>.Of(
                    new OffsetCommitRequest.OffsetCommitRequestPartition { PartitionIndex = partition, CommittedOffset = offset }),
            }),
        };
        var answer = new Answer<OffsetCommitResponse>();
        Do(() => Coordinator.CommitOffsets(Partition, request, ClientOf(version), answer.Set));
        return answer;
    }

    public ErrorCode Commit(
        string groupId, string topic, int partition, long offset, int generationId = -1, Text memberId = default, long retentionMs = -1) =>
        (ErrorCode)BeginCommit(groupId, topic, partition, offset, generationId, memberId, retentionMs).Value.Topics[0].Partitions[0].ErrorCode;

    /// <summary>The committed offset, or -1.</summary>
    public long Fetch(string groupId, string topic, int partition)
    {
        var answer = FetchAll(groupId);
        foreach (var t in answer.Topics)
        {
            foreach (var p in t.Partitions)
            {
                if (t.Name == topic && p.PartitionIndex == partition)
                {
                    return p.CommittedOffset;
                }
            }
        }

        return -1;
    }

    public OffsetFetchResponse.OffsetFetchResponseGroup FetchAll(string groupId, bool requireStable = false, short version = 8)
    {
        var request = new OffsetFetchRequest.OffsetFetchRequestGroup { GroupId = groupId, Topics = Seq<OffsetFetchRequest.OffsetFetchRequestTopics>.Null };
        OffsetFetchResponse.OffsetFetchResponseGroup response = default;
        Do(() => response = Coordinator.FetchOffsets(Partition, request, requireStable, version));
        return response;
    }

    /// <summary>A stable group: its members in the order they came, the first leads.</summary>
    public (int GenerationId, Text[] Members) StableGroup(string groupId, int memberCount, string[]? topics = null)
    {
        var members = new List<Text> { JoinNew(groupId, topics).Value.MemberId };
        while (members.Count < memberCount)
        {
            var joining = JoinNew(groupId, topics);
            foreach (var member in members)
            {
                Join(groupId, member, topics: topics);
            }

            members.Add(joining.Value.MemberId);
        }

        var generationId = Group(groupId)!.GenerationId;
        foreach (var member in members)
        {
            Sync(groupId, generationId, member, null, [.. members.Select((m, i) => (m, "assignment " + i))]);
        }

        Assert.Equal(ClassicGroupState.Stable, StateOf(groupId));
        return (generationId, [.. members]);
    }

    public static GroupClient ClientOf(short version, string clientId = "client") => new(clientId, "/127.0.0.1", version);

    public static Blob Subscription(params string[] topics)
    {
        var subscription = new ConsumerProtocolSubscription { Topics = Seq<Text>.Of(topics.Select(Text.Of)) };
        var bytes = StoredCodec.Encode(ref subscription, version: 1, prefixBytes: 2);
        BinaryPrimitives.WriteInt16BigEndian(bytes, 1);
        return new Blob(bytes);
    }

    private Shard NewShard() => new(new ShardId(0), Clock, null!, null!, new SeededRandom(_seed), static () => { });

    private GroupCoordinator NewCoordinator() => new(Shard, _config, Log, Topics, Settings, new BatchCodecs(new BufferPool()));
}
