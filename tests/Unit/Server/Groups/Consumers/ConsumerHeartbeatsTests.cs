using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Groups;
using Deterministic.Server.Groups.Consumers;

namespace Deterministic.Server.Tests.Groups.Consumers;

public class ConsumerHeartbeatsTests
{
    private readonly ConsumerGroupContext _context = new();

    [Fact]
    public void The_first_member_gets_everything_with_its_join()
    {
        Assert.Equal("epoch 2: orders-0 orders-1 orders-2 orders-3", _context.Read(_context.Join("g", "a")));
        Assert.Equal("epoch 2", _context.Read(_context.Beat("g", "a", 2)));
        Assert.Equal(ConsumerGroupState.Stable, _context.Group("g").State);
    }

    [Fact]
    public void A_partition_is_given_to_another_member_only_when_the_old_one_said_that_it_gave_it_up()
    {
        _context.Join("g", "a");
        Assert.Equal("epoch 3:", _context.Read(_context.Join("g", "b")));
        Assert.Equal("epoch 3", _context.Read(_context.Beat("g", "b", 3)));
        Assert.Equal("epoch 2: orders-0 orders-1", _context.Read(_context.Beat("g", "a", 2, "orders-0 orders-1 orders-2 orders-3")));
        Assert.Equal("epoch 2", _context.Read(_context.Beat("g", "a", 2, "orders-0 orders-1 orders-2")));
        Assert.Equal("epoch 3", _context.Read(_context.Beat("g", "b", 3)));
        Assert.Equal(ConsumerGroupState.Reconciling, _context.Group("g").State);

        Assert.Equal("epoch 3", _context.Read(_context.Beat("g", "a", 2, "orders-0 orders-1")));
        Assert.Equal("epoch 3: orders-2 orders-3", _context.Read(_context.Beat("g", "b", 3)));
        Assert.Equal(ConsumerGroupState.Stable, _context.Group("g").State);
    }

    [Fact]
    public void A_member_that_leaves_frees_its_partitions_at_once()
    {
        _context.Join("g", "a");
        _context.Join("g", "b");
        Assert.Equal("epoch -1", _context.Read(_context.Leave("g", "a")));
        Assert.Equal("epoch 4: orders-0 orders-1 orders-2 orders-3", _context.Read(_context.Beat("g", "b", 3)));
        Assert.Equal("UnknownMemberId", _context.Read(_context.Beat("g", "a", 2)));
    }

    [Fact]
    public void The_last_member_that_leaves_leaves_an_empty_group()
    {
        _context.Join("g", "a");
        _context.Leave("g", "a");
        Assert.Equal(ConsumerGroupState.Empty, _context.Group("g").State);
        Assert.Equal(3, _context.Group("g").GroupEpoch);
        Assert.Equal("epoch 4: orders-0 orders-1 orders-2 orders-3", _context.Read(_context.Join("g", "a")));
    }

    [Fact]
    public void An_epoch_that_is_not_the_members_is_fenced_unless_the_member_missed_an_answer()
    {
        _context.Join("g", "a");
        _context.Join("g", "b");
        _context.Beat("g", "a", 2, "orders-0 orders-1 orders-2 orders-3");
        _context.Beat("g", "a", 2, "orders-0 orders-1");
        Assert.Equal("FencedMemberEpoch", _context.Read(_context.Beat("g", "a", 4)));
        Assert.Equal("FencedMemberEpoch", _context.Read(_context.Beat("g", "a", 1)));
        Assert.Equal("FencedMemberEpoch", _context.Read(_context.Beat("g", "a", 2)));
        Assert.Equal("FencedMemberEpoch", _context.Read(_context.Beat("g", "a", 2, "orders-0 orders-1 orders-2")));
        Assert.Equal("epoch 3", _context.Read(_context.Beat("g", "a", 2, "orders-0 orders-1")));
    }

    [Fact]
    public void A_fenced_member_joins_again_under_its_id_and_keeps_its_place()
    {
        _context.Join("g", "a");
        Assert.Equal("epoch 2: orders-0 orders-1 orders-2 orders-3", _context.Read(_context.Join("g", "a")));
        Assert.Single(_context.Group("g").Members);
    }

    [Fact]
    public void A_silent_member_is_fenced_when_its_session_ends()
    {
        _context.Join("g", "a");
        _context.Join("g", "b");
        _context.Base.AdvanceTime(30_000);
        _context.Beat("g", "b", 3);
        _context.Base.AdvanceTime(15_000);
        Assert.Null(_context.Group("g").Member("a"));
        Assert.Equal("epoch 4: orders-0 orders-1 orders-2 orders-3", _context.Read(_context.Beat("g", "b", 3)));
    }

    [Fact]
    public void A_member_that_does_not_give_partitions_up_in_its_rebalance_timeout_is_fenced()
    {
        _context.Join("g", "a", rebalanceTimeoutMs: 20_000);
        _context.Join("g", "b");
        _context.Beat("g", "a", 2, "orders-0 orders-1 orders-2 orders-3");
        _context.Base.AdvanceTime(19_000);
        _context.Beat("g", "a", 2, "orders-0 orders-1 orders-2 orders-3");
        Assert.NotNull(_context.Group("g").Member("a"));
        _context.Base.AdvanceTime(1000);
        Assert.Null(_context.Group("g").Member("a"));
    }

    [Fact]
    public void A_group_can_set_its_own_session_timeout_within_the_brokers_bounds()
    {
        _context.Base.Settings.Set("g", "consumer.session.timeout.ms", 50_000);
        _context.Base.Settings.Set("g", "consumer.heartbeat.interval.ms", 1);
        Assert.Equal(5000, _context.Join("g", "a").HeartbeatIntervalMs);
        _context.Base.AdvanceTime(49_000);
        Assert.NotNull(_context.Group("g").Member("a"));
        _context.Base.AdvanceTime(1000);
        Assert.Null(_context.Group("g").Member("a"));
    }

    [Fact]
    public void Assignments_are_put_off_while_the_last_one_is_young()
    {
        var context = new ConsumerGroupContext(new GroupConfig());
        Assert.Equal("epoch 2: orders-0 orders-1 orders-2 orders-3", context.Read(context.Join("g", "a")));
        Assert.Equal("epoch 2:", context.Read(context.Join("g", "b")));
        Assert.Equal(ConsumerGroupState.Assigning, context.Group("g").State);
        context.Base.AdvanceTime(999);
        Assert.Equal("epoch 2", context.Read(context.Beat("g", "b", 2)));
        context.Base.AdvanceTime(1);
        Assert.Equal("epoch 3", context.Read(context.Beat("g", "b", 2)));
    }

    [Fact]
    public void A_topic_that_grows_raises_the_epoch_with_the_next_heartbeat()
    {
        _context.Join("g", "a", topics: ["payments"]);
        _context.Base.Topics.Add("payments", 3, _context.Base.Topics.IdOf("payments"));
        Assert.Equal("epoch 3: payments-0 payments-1 payments-2", _context.Read(_context.Beat("g", "a", 2)));
    }

    [Fact]
    public void A_deleted_topic_is_taken_away()
    {
        _context.Join("g", "a", topics: ["orders", "payments"]);
        _context.Base.Topics.Remove("payments");
        _context.Beat("g", "a", 2, "orders-0 orders-1 orders-2 orders-3");
        Assert.Equal("orders-0 orders-1 orders-2 orders-3", _context.Assigned("g", "a"));
        Assert.Equal(3, _context.Member("g", "a").MemberEpoch);
    }

    [Fact]
    public void A_changed_subscription_is_taken_up()
    {
        _context.Join("g", "a");
        Assert.Equal("epoch 2:", _context.Read(_context.Beat("g", "a", 2, topics: ["payments"])));
        Assert.Equal("epoch 3: payments-0 payments-1", _context.Read(_context.Beat("g", "a", 2, owned: "")));
    }

    [Fact]
    public void A_group_takes_no_more_members_than_its_maximum()
    {
        var context = new ConsumerGroupContext(new GroupConfig { ConsumerMaxSize = 1 });
        context.Join("g", "a");
        Assert.Equal("GroupMaxSizeReached", context.Read(context.Join("g", "b")));
        Assert.Equal("epoch 2: orders-0 orders-1 orders-2 orders-3", context.Read(context.Join("g", "a")));
    }

    [Fact]
    public void Requests_wait_while_a_change_is_being_written_and_see_it()
    {
        _context.Base.Log.IsHolding = true;
        var first = _context.Begin(JoinOf("a"));
        var second = _context.Begin(JoinOf("b"));
        Assert.False(first.IsThere);
        Assert.False(second.IsThere);
        _context.Base.Log.IsHolding = false;
        _context.Base.Do(() => _context.Base.Log.Release(ErrorCode.None));
        Assert.Equal("epoch 3:", _context.Read(second.Value));
        Assert.Equal(3, _context.Group("g").GroupEpoch);
    }

    [Fact]
    public void A_change_that_cannot_be_written_did_not_happen()
    {
        _context.Join("g", "a");
        _context.Base.Log.IsHolding = true;
        var joining = _context.Begin(JoinOf("b"));
        _context.Base.Do(() => _context.Base.Log.Release(ErrorCode.NotLeaderOrFollower));
        Assert.Equal((short)ErrorCode.NotCoordinator, joining.Value.ErrorCode);
        Assert.Equal(2, _context.Group("g").GroupEpoch);
        Assert.Single(_context.Group("g").Members);
    }

    [Fact]
    public void After_a_restart_the_group_is_as_it_was_and_sessions_begin_anew()
    {
        _context.Join("g", "a");
        _context.Join("g", "b", regex: "pay.*");
        _context.Beat("g", "a", 2, "orders-0 orders-1 orders-2 orders-3");
        var before = Describe(_context.Group("g"));
        _context.Base.Restart();
        Assert.Equal(before, Describe(_context.Group("g")));
        _context.Base.AdvanceTime(44_000);
        Assert.Equal(2, _context.Group("g").Members.Count);
        _context.Base.AdvanceTime(1000);
        Assert.Empty(_context.Group("g").Members);
    }

    [Fact]
    public void Clients_of_version_0_are_given_a_member_id()
    {
        var request = JoinOf("");
        var response = _context.Send(request, version: 0);
        Assert.Equal(0, response.ErrorCode);
        Assert.Equal(22, response.MemberId.ToString().Length);
        Assert.Equal((short)ErrorCode.InvalidRequest, _context.Send(request).ErrorCode);
    }

    private static ConsumerGroupHeartbeatRequest JoinOf(string memberId) => new()
    {
        GroupId = "g",
        MemberId = memberId,
        RebalanceTimeoutMs = 60_000,
        SubscribedTopicNames = Protocol.Wire.Seq<Protocol.Wire.Text>.Of("orders"),
        TopicPartitions = default,
    };

    private static string Describe(ConsumerGroup group) => string.Join('\n', group.Members.Values
        .Select(m => $"{m.MemberId} {m.MemberEpoch} {m.PreviousMemberEpoch} {m.State} [{string.Join(' ', m.Assigned)}] "
            + $"[{string.Join(' ', m.PendingRevocation)}] {string.Join(' ', group.TargetOf(m.MemberId))}")
        .Prepend($"{group.GroupEpoch} {group.TargetEpoch} {group.TargetTimestampMs} {group.MetadataHash} {string.Join(' ', group.Owners)}"));
}
