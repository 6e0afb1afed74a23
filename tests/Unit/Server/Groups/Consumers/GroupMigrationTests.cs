using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Stored;
using Deterministic.Protocol.Stored.Control;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups;
using Deterministic.Server.Groups.Consumers;

namespace Deterministic.Server.Tests.Groups.Consumers;

public class GroupMigrationTests
{
    private readonly ConsumerGroupContext _context = new();

    [Fact]
    public void The_first_heartbeat_takes_a_classic_group_over_and_its_members_keep_what_they_have()
    {
        var (member, generation) = ClassicGroup();
        Assert.Equal("epoch 2:", _context.Read(_context.Join("g", "a")));
        Assert.Equal("orders-0 orders-1 orders-2 orders-3", _context.Assigned("g", member.ToString()));
        Assert.Equal(ErrorCode.RebalanceInProgress, _context.Base.Heartbeat("g", generation, member));
        Assert.Equal(ErrorCode.None, _context.Base.Commit("g", "orders", 0, 5, generation, member));

        var first = Join(member, owned: [0, 1, 2, 3]);
        Assert.Equal((short)ErrorCode.None, first.ErrorCode);
        Assert.Equal([0, 1], Sync(member, first.GenerationId));
        Assert.Equal(ErrorCode.RebalanceInProgress, _context.Base.Heartbeat("g", first.GenerationId, member));
        Assert.Equal("epoch 2", _context.Read(_context.Beat("g", "a", 2)));

        var second = Join(member, owned: [0, 1]);
        Assert.Equal(2, second.GenerationId);
        Assert.Equal([0, 1], Sync(member, 2));
        Assert.Equal(ErrorCode.None, _context.Base.Heartbeat("g", 2, member));
        Assert.Equal("epoch 2: orders-2 orders-3", _context.Read(_context.Beat("g", "a", 2)));
        Assert.Equal(ConsumerGroupState.Stable, _context.Group("g").State);
        Assert.Equal(ErrorCode.None, _context.Base.Commit("g", "orders", 0, 6, 2, member));
        Assert.Equal(ErrorCode.IllegalGeneration, _context.Base.Commit("g", "orders", 0, 6, 1, member));
    }

    [Fact]
    public void When_the_last_member_of_the_consumer_protocol_leaves_the_group_is_classic_again()
    {
        var (member, _) = ClassicGroup();
        _context.Join("g", "a");
        var joined = Join(member, owned: []);
        Sync(member, joined.GenerationId);
        _context.Leave("g", "a");
        Assert.Null(_context.Base.Group("g")!.Consumer);
        Assert.Equal(ClassicGroupState.PreparingRebalance, _context.Base.StateOf("g"));
        Assert.Equal(3, _context.Base.Group("g")!.GenerationId);
        Assert.Equal(ErrorCode.RebalanceInProgress, _context.Base.Heartbeat("g", 3, member));
        var again = _context.Base.Join("g", member);
        Assert.Equal(4, again.Value.GenerationId);
        Assert.Equal(member, again.Value.Leader);

        _context.Base.Restart();
        Assert.Null(_context.Base.Group("g")!.Consumer);
        Assert.Equal(ClassicGroupState.Stable, _context.Base.StateOf("g"));
    }

    [Fact]
    public void A_member_of_the_consumer_protocol_whose_session_ends_brings_the_classic_group_back_too()
    {
        var (member, _) = ClassicGroup(sessionTimeoutMs: 300_000);
        _context.Join("g", "a");
        var joined = Join(member, owned: [], sessionTimeoutMs: 300_000);
        Sync(member, joined.GenerationId);
        _context.Base.AdvanceTime(45_000);
        Assert.Null(_context.Base.Group("g")!.Consumer);
        Assert.NotNull(_context.Base.Group("g")!.Member(member));
    }

    [Fact]
    public void A_classic_member_that_does_not_come_back_in_its_rebalance_timeout_is_fenced()
    {
        var (member, generation) = ClassicGroup(rebalanceTimeoutMs: 8000);
        _context.Join("g", "a");
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(ErrorCode.RebalanceInProgress, _context.Base.Heartbeat("g", generation, member));
            _context.Base.AdvanceTime(1900);
        }

        Assert.Equal(ErrorCode.UnknownMemberId, _context.Base.Heartbeat("g", generation, member));
        Assert.Equal("epoch 3: orders-0 orders-1 orders-2 orders-3", _context.Read(_context.Beat("g", "a", 2)));
    }

    [Fact]
    public void A_policy_can_forbid_it()
    {
        var context = new ConsumerGroupContext(new GroupConfig { InitialRebalanceDelayMs = 0, MigrationPolicy = MigrationPolicy.Downgrade });
        context.Base.StableGroup("g", 1);
        var response = context.Join("g", "a");
        Assert.Equal("GroupIdNotFound", context.Read(response));
        Assert.Equal("Cannot upgrade classic group g to consumer group because online upgrade is disabled.", response.ErrorMessage.ToString());
        Assert.Equal(ClassicGroupState.Stable, context.Base.StateOf("g"));
    }

    [Fact]
    public void A_group_of_another_kind_is_left_alone()
    {
        _context.Base.Join("g", protocolType: "connect", version: 3);
        Assert.Equal("GroupIdNotFound", _context.Read(_context.Join("g", "a")));
    }

    [Fact]
    public void An_empty_classic_group_becomes_one_of_the_consumer_protocol_and_keeps_its_offsets()
    {
        _context.Base.Commit("g", "orders", 1, 7);
        Assert.Equal("epoch 2: orders-0 orders-1 orders-2 orders-3", _context.Read(_context.Join("g", "a")));
        Assert.Equal(7, _context.Base.Fetch("g", "orders", 1));
        _context.Base.Restart();
        Assert.Equal(7, _context.Base.Fetch("g", "orders", 1));
        Assert.NotNull(_context.Group("g").Member("a"));
    }

    [Fact]
    public void An_upgrade_that_cannot_be_written_leaves_the_classic_group()
    {
        var (member, generation) = ClassicGroup();
        _context.Base.Log.IsHolding = true;
        var joining = _context.Begin(new ConsumerGroupHeartbeatRequest
        {
            GroupId = "g", MemberId = "a", RebalanceTimeoutMs = 1000, SubscribedTopicNames = Seq<Text>.Of("orders"), TopicPartitions = default,
        });
        Assert.Equal(ErrorCode.RebalanceInProgress, _context.Base.Heartbeat("g", generation, member));
        _context.Base.Do(() => _context.Base.Log.Release(ErrorCode.NotLeaderOrFollower));
        Assert.Equal((short)ErrorCode.NotCoordinator, joining.Value.ErrorCode);
        Assert.Equal(ErrorCode.None, _context.Base.Heartbeat("g", generation, member));
        Assert.Equal(ClassicGroupState.Stable, _context.Base.StateOf("g"));
    }

    [Fact]
    public void Classic_members_that_leave_are_taken_out()
    {
        var (member, _) = ClassicGroup();
        _context.Join("g", "a");
        var response = _context.Base.Leave("g", (member, null), ("a", null), ("x", null));
        Assert.Equal(0, response.Members[0].ErrorCode);
        Assert.Equal((short)ErrorCode.UnknownMemberId, response.Members[1].ErrorCode);
        Assert.Equal((short)ErrorCode.UnknownMemberId, response.Members[2].ErrorCode);
        Assert.Null(_context.Group("g").Member(member));
    }

    [Fact]
    public void A_static_member_changes_its_protocol_and_keeps_what_it_has()
    {
        var joined = _context.Base.Join("g", instance: "i").Value;
        Assign(joined.MemberId, joined.GenerationId, "i");
        Assert.Equal("epoch 2: orders-0 orders-1 orders-2 orders-3", _context.Read(_context.Join("g", "a", instance: "i")));
        Assert.Equal(ErrorCode.FencedInstanceId, _context.Base.Heartbeat("g", joined.GenerationId, joined.MemberId, "i"));
        Assert.Equal("a", Assert.Single(_context.Group("g").Members).Key.ToString());
    }

    private (Text MemberId, int GenerationId) ClassicGroup(int sessionTimeoutMs = 10_000, int rebalanceTimeoutMs = 60_000)
    {
        var joined = _context.Base.JoinNew("g", sessionTimeoutMs: sessionTimeoutMs, rebalanceTimeoutMs: rebalanceTimeoutMs).Value;
        Assign(joined.MemberId, joined.GenerationId, null);
        return (joined.MemberId, joined.GenerationId);
    }

    private void Assign(Text memberId, int generationId, string? instance)
    {
        var assignment = new ConsumerProtocolAssignment();
        assignment.AssignedPartitions.Add(new() { Topic = "orders", Partitions = Seq<int>.Of(0, 1, 2, 3) });
        var bytes = StoredCodec.Encode(ref assignment, version: 0, prefixBytes: 2);
        var request = new SyncGroupRequest { GroupId = "g", GenerationId = generationId, MemberId = memberId, GroupInstanceId = instance };
        request.Assignments.Add(new() { MemberId = memberId, Assignment = new Blob(bytes) });
        Assert.Equal(0, _context.Base.Sync(request, 3).Value.ErrorCode);
    }

    private JoinGroupResponse Join(Text memberId, int[] owned, int sessionTimeoutMs = 10_000)
    {
        var subscription = new ConsumerProtocolSubscription { Topics = Seq<Text>.Of("orders") };
        if (owned.Length > 0)
        {
            subscription.OwnedPartitions.Add(new() { Topic = "orders", Partitions = Seq<int>.Of(owned) });
        }

        var bytes = StoredCodec.Encode(ref subscription, version: 1, prefixBytes: 2);
        bytes[1] = 1;
        var request = new JoinGroupRequest
        {
            GroupId = "g", MemberId = memberId, ProtocolType = "consumer", SessionTimeoutMs = sessionTimeoutMs, RebalanceTimeoutMs = 60_000,
        };
        request.Protocols.Add(new() { Name = "range", Metadata = new Blob(bytes) });
        var answer = new Answer<JoinGroupResponse>();
        _context.Base.Do(() => _context.Base.Coordinator.JoinGroup(
            GroupCoordinatorContext.Partition, request, GroupCoordinatorContext.ClientOf(9), answer.Set));
        return answer.Value;
    }

    private int[] Sync(Text memberId, int generationId)
    {
        var answer = _context.Base.Sync("g", generationId, memberId).Value;
        Assert.Equal(0, answer.ErrorCode);
        var assignment = StoredCodec.Decode<ConsumerProtocolAssignment>(answer.Assignment.Bytes[2..], 1, out _);
        return assignment.AssignedPartitions.Count == 0 ? [] : assignment.AssignedPartitions[0].Partitions.ToArray();
    }
}
