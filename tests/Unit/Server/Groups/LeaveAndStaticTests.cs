using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups;

namespace Deterministic.Server.Tests.Groups;

public class LeaveAndStaticTests
{
    private readonly GroupCoordinatorContext _context = new();

    [Fact]
    public void Several_members_leave_at_once_and_each_has_an_answer_of_its_own()
    {
        var (_, members) = _context.StableGroup("g", 3);
        var response = _context.Leave("g", (members[0], null), ("nobody", null), (members[2], "instance"), (members[1], null));
        Assert.Equal(
            [ErrorCode.None, ErrorCode.UnknownMemberId, ErrorCode.UnknownMemberId, ErrorCode.None],
            response.Members.ToArray().Select(m => (ErrorCode)m.ErrorCode));
        Assert.Equal((short)ErrorCode.None, response.ErrorCode);
        Assert.Equal(ClassicGroupState.PreparingRebalance, _context.StateOf("g"));
        Assert.Equal(members[2], _context.Join("g", members[2]).Value.Leader);
    }

    [Fact]
    public void A_group_is_empty_when_the_last_has_left()
    {
        var (generationId, members) = _context.StableGroup("g", 1);
        _context.Leave("g", (members[0], null));
        Assert.Equal(ClassicGroupState.Empty, _context.StateOf("g"));
        Assert.Equal(generationId + 1, _context.Group("g")!.GenerationId);
    }

    [Fact]
    public void A_pending_member_leaves_without_a_rebalance()
    {
        _context.StableGroup("g", 1);
        var pending = _context.Join("g").Value.MemberId;
        Assert.Equal((short)ErrorCode.None, _context.Leave("g", (pending, null)).Members[0].ErrorCode);
        Assert.Equal(ClassicGroupState.Stable, _context.StateOf("g"));
    }

    [Fact]
    public void Before_version_3_the_error_is_that_of_the_response()
    {
        LeaveGroupResponse response = default;
        _context.Do(() => _context.Coordinator.LeaveGroup(
            GroupCoordinatorContext.Partition,
            new LeaveGroupRequest { GroupId = "g", MemberId = "nobody" },
            GroupCoordinatorContext.ClientOf(2), answer => response = answer));
        Assert.Equal((short)ErrorCode.UnknownMemberId, response.ErrorCode);
    }

    [Fact]
    public void A_leaving_member_that_waits_is_answered()
    {
        var (_, members) = _context.StableGroup("g", 2);
        var waiting = _context.Join("g", members[0]);
        _context.Leave("g", (members[0], null));
        Assert.Equal((short)ErrorCode.UnknownMemberId, waiting.Value.ErrorCode);
        Assert.Equal(1, _context.Join("g", members[1]).Value.Members.Count);
    }

    [Fact]
    public void A_static_member_that_comes_back_keeps_its_assignment_without_a_rebalance()
    {
        var (first, second) = StaticGroup();
        var appends = _context.Log.Appends;
        var back = _context.Join("g", instance: "two").Value;
        Assert.Equal((short)ErrorCode.None, back.ErrorCode);
        Assert.NotEqual(second, back.MemberId);
        Assert.Equal(first, back.Leader);
        Assert.False(back.SkipAssignment);
        Assert.Equal(2, back.GenerationId);
        Assert.Equal(ClassicGroupState.Stable, _context.StateOf("g"));
        Assert.Equal(appends + 1, _context.Log.Appends);
        Assert.Equal("b", new Text(_context.Sync("g", 2, back.MemberId, "two").Value.Assignment.Bytes).ToString());

        Assert.Equal(ErrorCode.FencedInstanceId, _context.Heartbeat("g", 2, second, "two"));
        Assert.Equal(ErrorCode.UnknownMemberId, _context.Heartbeat("g", 2, second));
        Assert.Equal((short)ErrorCode.FencedInstanceId, _context.Join("g", second, "two").Value.ErrorCode);
        Assert.Equal((short)ErrorCode.FencedInstanceId, _context.Sync("g", 2, second, "two").Value.ErrorCode);
        Assert.Equal((short)ErrorCode.FencedInstanceId, _context.Leave("g", (second, "two")).Members[0].ErrorCode);

        _context.Restart();
        Assert.Equal(ErrorCode.None, _context.Heartbeat("g", 2, back.MemberId, "two"));
    }

    [Fact]
    public void A_static_leader_that_comes_back_is_told_not_to_assign_again()
    {
        var (first, _) = StaticGroup();
        var back = _context.Join("g", instance: "one").Value;
        Assert.True(back.SkipAssignment);
        Assert.Equal(back.MemberId, back.Leader);
        Assert.Equal(2, back.Members.Count);
        Assert.NotEqual(first, back.MemberId);

        var again = _context.Join("g", instance: "one", version: 8).Value;
        Assert.False(again.SkipAssignment);
        Assert.Equal(back.MemberId, again.Leader);
        Assert.NotEqual(back.MemberId, again.MemberId);
        Assert.Equal(0, again.Members.Count);
    }

    [Fact]
    public void A_static_member_that_comes_back_with_another_protocol_choice_starts_a_rebalance()
    {
        var one = _context.Join("g", instance: "one", protocols: ["range", "sticky"]).Value.MemberId;
        _context.Sync("g", 1, one, "one");
        var back = _context.Join("g", instance: "one", protocols: ["sticky", "range"]);
        Assert.Equal("sticky", back.Value.ProtocolName.ToString());
        Assert.Equal(2, back.Value.GenerationId);
    }

    [Fact]
    public void Whoever_takes_an_instance_over_fences_the_waiting_requests_of_the_one_before()
    {
        var (first, _) = StaticGroup();
        var waiting = _context.Join("g", first, "one");
        var back = _context.Join("g", instance: "one");
        Assert.Equal((short)ErrorCode.FencedInstanceId, waiting.Value.ErrorCode);
        Assert.False(back.IsThere);
    }

    [Fact]
    public void A_static_member_outlives_a_rebalance_it_misses_but_not_its_session()
    {
        var one = _context.Join("g", instance: "one", rebalanceTimeoutMs: 5_000, sessionTimeoutMs: 20_000).Value.MemberId;
        var joining = _context.Join("g", instance: "two", rebalanceTimeoutMs: 5_000, sessionTimeoutMs: 20_000);
        _context.AdvanceTime(5_000);
        Assert.Equal(2, joining.Value.Members.Count);
        Assert.Equal(joining.Value.MemberId, joining.Value.Leader);
        _context.Sync("g", 2, joining.Value.MemberId, "two");
        _context.AdvanceTime(10_000);
        Assert.NotNull(_context.Group("g")!.Member(one));
        _context.AdvanceTime(5_000);
        Assert.Null(_context.Group("g")!.Member(one));
    }

    [Fact]
    public void An_administrator_removes_a_static_member_by_its_instance()
    {
        StaticGroup();
        var response = _context.Leave("g", ("", "two"), ("", "three"));
        Assert.Equal((short)ErrorCode.None, response.Members[0].ErrorCode);
        Assert.Equal((short)ErrorCode.UnknownMemberId, response.Members[1].ErrorCode);
        Assert.Equal(ClassicGroupState.PreparingRebalance, _context.StateOf("g"));
    }

    private (Text First, Text Second) StaticGroup()
    {
        var first = _context.Join("g", instance: "one").Value.MemberId;
        Assert.StartsWith("one-", first.ToString(), StringComparison.Ordinal);
        var joining = _context.Join("g", instance: "two");
        _context.Join("g", first, "one");
        var second = joining.Value.MemberId;
        _context.Sync("g", 2, first, "one", (first, "a"), (second, "b"));
        _context.Sync("g", 2, second, "two");
        Assert.Equal(ClassicGroupState.Stable, _context.StateOf("g"));
        return (first, second);
    }
}
