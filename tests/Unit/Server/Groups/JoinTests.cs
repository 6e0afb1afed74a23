using Deterministic.Protocol;
using Deterministic.Server.Groups;

namespace Deterministic.Server.Tests.Groups;

public class JoinTests
{
    private readonly GroupCoordinatorContext _context = new();

    [Fact]
    public void A_dynamic_member_must_come_back_with_the_id_it_is_given()
    {
        var first = _context.Join("g").Value;
        Assert.Equal((short)ErrorCode.MemberIdRequired, first.ErrorCode);
        Assert.Matches("^client-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", first.MemberId.ToString());
        Assert.Equal(ClassicGroupState.Empty, _context.StateOf("g"));

        var second = _context.Join("g", first.MemberId.Copy()).Value;
        Assert.Equal((short)ErrorCode.None, second.ErrorCode);
        Assert.Equal(1, second.GenerationId);
        Assert.Equal(second.MemberId, second.Leader);
        Assert.Equal(1, second.Members.Count);
        Assert.Equal(ClassicGroupState.CompletingRebalance, _context.StateOf("g"));
    }

    [Fact]
    public void Before_version_4_a_member_joins_at_once() =>
        Assert.Equal(1, _context.Join("g", version: 3).Value.GenerationId);

    [Fact]
    public void A_member_id_that_nobody_uses_is_forgotten_after_its_session_timeout()
    {
        var id = _context.Join("g").Value.MemberId;
        _context.AdvanceTime(10_001);
        Assert.Null(_context.Group("g"));
        Assert.Equal((short)ErrorCode.UnknownMemberId, _context.Join("g", id).Value.ErrorCode);
    }

    [Theory]
    [InlineData(5_999)]
    [InlineData(1_800_001)]
    [InlineData(-1)]
    public void A_session_timeout_out_of_bounds_is_refused(int timeoutMs)
    {
        Assert.Equal((short)ErrorCode.InvalidSessionTimeout, _context.Join("g", sessionTimeoutMs: timeoutMs).Value.ErrorCode);
        Assert.Null(_context.Group("g"));
    }

    [Fact]
    public void Bad_joins_get_the_error_that_says_what_is_wrong()
    {
        Assert.Equal((short)ErrorCode.InvalidGroupId, _context.Join("").Value.ErrorCode);
        Assert.Equal((short)ErrorCode.UnknownMemberId, _context.Join("g", "nobody").Value.ErrorCode);
        Assert.Equal((short)ErrorCode.InconsistentGroupProtocol, _context.Join("g", protocols: []).Value.ErrorCode);
        Assert.Equal((short)ErrorCode.InconsistentGroupProtocol, _context.Join("g", protocolType: "").Value.ErrorCode);
        Assert.Null(_context.Group("g"));

        _context.StableGroup("g", 1);
        Assert.Equal((short)ErrorCode.UnknownMemberId, _context.Join("g", "nobody").Value.ErrorCode);
        Assert.Equal((short)ErrorCode.InconsistentGroupProtocol, _context.Join("g", protocolType: "connect").Value.ErrorCode);
        Assert.Equal((short)ErrorCode.InconsistentGroupProtocol, _context.Join("g", protocols: ["sticky"]).Value.ErrorCode);
        Assert.Equal(ClassicGroupState.Stable, _context.StateOf("g"));
    }

    [Fact]
    public void The_first_rebalance_waits_for_more_members_and_longer_when_some_come()
    {
        var context = new GroupCoordinatorContext(new GroupConfig { InitialRebalanceDelayMs = 3_000 });
        var one = context.JoinNew("g", rebalanceTimeoutMs: 8_000, sessionTimeoutMs: 30_000);
        context.AdvanceTime(2_000);
        Assert.False(one.IsThere);
        var two = context.JoinNew("g", rebalanceTimeoutMs: 8_000, sessionTimeoutMs: 30_000);
        context.AdvanceTime(3_999);
        Assert.False(one.IsThere);
        Assert.False(two.IsThere);
        context.AdvanceTime(1);
        Assert.Equal(2, one.Value.Members.Count);
        Assert.Equal(one.Value.MemberId, two.Value.Leader);
        Assert.Equal(0, two.Value.Members.Count);
    }

    [Fact]
    public void The_initial_delay_never_exceeds_the_rebalance_timeout()
    {
        var context = new GroupCoordinatorContext(new GroupConfig { InitialRebalanceDelayMs = 3_000 });
        var one = context.JoinNew("g", rebalanceTimeoutMs: 7_000);
        for (var i = 0; i < 6; i++)
        {
            context.AdvanceTime(1_000);
            context.JoinNew("g", rebalanceTimeoutMs: 7_000);
        }

        Assert.False(one.IsThere);
        context.AdvanceTime(1_000);
        Assert.Equal(7, one.Value.Members.Count);
    }

    [Fact]
    public void The_protocol_is_the_one_most_members_like_best_among_those_all_speak()
    {
        var one = _context.JoinNew("g", protocols: ["range", "sticky"]).Value.MemberId;
        var two = _context.JoinNew("g", protocols: ["sticky", "range"]);
        var three = _context.JoinNew("g", protocols: ["mine", "sticky", "range"]);
        _context.Join("g", one, protocols: ["range", "sticky"]);
        Assert.Equal("sticky", two.Value.ProtocolName.ToString());
        Assert.Equal("sticky", three.Value.ProtocolName.ToString());
        Assert.Equal("consumer", three.Value.ProtocolType.ToString());
    }

    [Fact]
    public void A_full_group_refuses_more_members_and_takes_back_its_own()
    {
        var context = new GroupCoordinatorContext(new GroupConfig { InitialRebalanceDelayMs = 0, MaxSize = 2 });
        var (_, members) = context.StableGroup("g", 2);
        Assert.Equal((short)ErrorCode.GroupMaxSizeReached, context.Join("g").Value.ErrorCode);
        Assert.Equal(ClassicGroupState.Stable, context.StateOf("g"));
        var again = context.Join("g", members[0]);
        Assert.Equal(ClassicGroupState.PreparingRebalance, context.StateOf("g"));
        context.Join("g", members[1]);
        Assert.Equal((short)ErrorCode.None, again.Value.ErrorCode);
    }

    [Fact]
    public void In_a_stable_group_an_unchanged_follower_keeps_its_generation()
    {
        var (generationId, members) = _context.StableGroup("g", 2);
        var answer = _context.Join("g", members[1]).Value;
        Assert.Equal(generationId, answer.GenerationId);
        Assert.Equal(members[0], answer.Leader);
        Assert.Equal(0, answer.Members.Count);
        Assert.Equal(ClassicGroupState.Stable, _context.StateOf("g"));
    }

    [Fact]
    public void A_follower_with_other_metadata_starts_a_rebalance()
    {
        var (generationId, members) = _context.StableGroup("g", 2);
        var answer = _context.Join("g", members[1], topics: ["payments"]);
        Assert.False(answer.IsThere);
        Assert.Equal(ErrorCode.RebalanceInProgress, _context.Heartbeat("g", generationId, members[0]));
        _context.Join("g", members[0]);
        Assert.Equal(generationId + 1, answer.Value.GenerationId);
    }

    [Fact]
    public void The_leader_starts_a_rebalance_by_joining_again()
    {
        var (generationId, members) = _context.StableGroup("g", 2);
        _context.Join("g", members[0]);
        Assert.Equal(ClassicGroupState.PreparingRebalance, _context.StateOf("g"));
        Assert.Equal(generationId + 1, _context.Join("g", members[1]).Value.GenerationId);
    }

    [Fact]
    public void Whoever_lost_the_answer_of_its_join_is_told_the_same_generation_again()
    {
        var joined = _context.JoinNew("g").Value;
        var again = _context.Join("g", joined.MemberId).Value;
        Assert.Equal(1, again.GenerationId);
        Assert.Equal(1, again.Members.Count);
        Assert.Equal(ClassicGroupState.CompletingRebalance, _context.StateOf("g"));
    }

    [Fact]
    public void While_members_wait_for_the_assignment_one_with_other_metadata_sends_all_back_to_join()
    {
        var (generationId, members) = _context.StableGroup("g", 2);
        _context.Join("g", members[0]);
        _context.Join("g", members[1]);
        var waiting = _context.Sync("g", generationId + 1, members[1]);
        Assert.False(waiting.IsThere);
        _context.Join("g", members[0], topics: ["payments"]);
        Assert.Equal((short)ErrorCode.RebalanceInProgress, waiting.Value.ErrorCode);
        Assert.Equal(ClassicGroupState.PreparingRebalance, _context.StateOf("g"));
    }

    [Fact]
    public void A_second_join_of_a_waiting_member_answers_the_first()
    {
        var (_, members) = _context.StableGroup("g", 2);
        var first = _context.Join("g", members[0]);
        var second = _context.Join("g", members[0]);
        Assert.Equal((short)ErrorCode.RebalanceInProgress, first.Value.ErrorCode);
        _context.Join("g", members[1]);
        Assert.Equal((short)ErrorCode.None, second.Value.ErrorCode);
    }

    [Fact]
    public void Members_that_do_not_join_in_time_are_left_out()
    {
        var (generationId, members) = _context.StableGroup("g", 3);
        var leader = _context.Join("g", members[0]);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(ErrorCode.RebalanceInProgress, _context.Heartbeat("g", generationId, members[1]));
            Assert.Equal(ErrorCode.RebalanceInProgress, _context.Heartbeat("g", generationId, members[2]));
            Assert.False(leader.IsThere);
            _context.AdvanceTime(6_000);
        }

        Assert.Equal(1, leader.Value.Members.Count);
        Assert.Equal(ErrorCode.UnknownMemberId, _context.Heartbeat("g", generationId, members[1]));
    }

    [Fact]
    public void A_group_whose_leader_stays_away_gets_another()
    {
        var (generationId, members) = _context.StableGroup("g", 2);
        var answer = _context.Join("g", members[1], topics: ["payments"]);
        _context.AdvanceTime(60_000);
        Assert.Equal(members[1], answer.Value.Leader);
        Assert.Equal(generationId + 1, answer.Value.GenerationId);
        Assert.Equal(1, answer.Value.Members.Count);
    }

    [Fact]
    public void A_rebalance_waits_for_member_ids_that_were_just_given_out()
    {
        var (_, members) = _context.StableGroup("g", 1);
        var pending = _context.Join("g").Value.MemberId;
        var leader = _context.Join("g", members[0]);
        Assert.False(leader.IsThere);
        _context.Join("g", pending);
        Assert.Equal(2, leader.Value.Members.Count);
    }

    [Fact]
    public void Cooperative_rebalancing_takes_two_rounds_in_which_all_keep_consuming()
    {
        var (generationId, members) = _context.StableGroup("g", 1);
        var joining = _context.JoinNew("g");
        Assert.Equal(ErrorCode.RebalanceInProgress, _context.Heartbeat("g", generationId, members[0]));
        Assert.Equal(ErrorCode.None, _context.Commit("g", "orders", 0, 5, generationId, members[0]));
        _context.Join("g", members[0]);
        var second = joining.Value.MemberId;
        _context.Sync("g", generationId + 1, members[0], null, (members[0], "keep 0 1"), (second, ""));
        Assert.Equal(0, _context.Sync("g", generationId + 1, second).Value.Assignment.Bytes.Length);

        // The one that gave partitions up joins again at once, so that they can go to the other.
        var leaderAgain = _context.Join("g", members[0], topics: ["orders", "payments"]);
        Assert.Equal(ErrorCode.RebalanceInProgress, _context.Heartbeat("g", generationId + 1, second));
        _context.Join("g", second);
        Assert.Equal(generationId + 2, leaderAgain.Value.GenerationId);
        var waiting = _context.Sync("g", generationId + 2, second);
        _context.Sync("g", generationId + 2, members[0], null, (members[0], "keep 0"), (second, "take 1"));
        Assert.Equal("take 1", new Protocol.Wire.Text(waiting.Value.Assignment.Bytes).ToString());
    }
}
