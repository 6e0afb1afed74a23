using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups;

namespace Deterministic.Server.Tests.Groups;

public class SyncAndHeartbeatTests
{
    private readonly GroupCoordinatorContext _context = new();

    [Fact]
    public void Followers_wait_until_the_assignment_of_the_leader_is_durable()
    {
        var leader = _context.JoinNew("g").Value.MemberId;
        var joining = _context.JoinNew("g");
        _context.Join("g", leader);
        var follower = joining.Value.MemberId;
        var first = _context.Sync("g", 2, follower);
        Assert.False(first.IsThere);

        _context.Log.IsHolding = true;
        var second = _context.Sync("g", 2, leader, null, (leader, "a"), (follower, "b"));
        Assert.False(second.IsThere);
        Assert.Equal(ClassicGroupState.CompletingRebalance, _context.StateOf("g"));
        _context.Do(() => _context.Log.Release(ErrorCode.None));
        Assert.Equal("a", new Text(second.Value.Assignment.Bytes).ToString());
        Assert.Equal("b", new Text(first.Value.Assignment.Bytes).ToString());
        Assert.Equal(ClassicGroupState.Stable, _context.StateOf("g"));
        Assert.Equal("b", new Text(_context.Sync("g", 2, follower).Value.Assignment.Bytes).ToString());
    }

    [Fact]
    public void If_the_assignment_cannot_be_stored_all_are_told_and_join_again()
    {
        var leader = _context.JoinNew("g").Value.MemberId;
        _context.Log.IsHolding = true;
        var sync = _context.Sync("g", 1, leader, null, (leader, "a"));
        _context.Do(() => _context.Log.Release(ErrorCode.NotEnoughReplicas));
        Assert.Equal((short)ErrorCode.CoordinatorNotAvailable, sync.Value.ErrorCode);
        Assert.Equal(ClassicGroupState.PreparingRebalance, _context.StateOf("g"));
    }

    [Fact]
    public void An_assignment_that_becomes_durable_after_the_next_rebalance_began_is_not_handed_out()
    {
        var leader = _context.JoinNew("g").Value.MemberId;
        _context.Log.IsHolding = true;
        var sync = _context.Sync("g", 1, leader, null, (leader, "a"));
        _context.Join("g", leader, topics: ["payments"]);
        Assert.Equal((short)ErrorCode.RebalanceInProgress, sync.Value.ErrorCode);
        _context.Do(() => _context.Log.Release(ErrorCode.None));
        Assert.Equal(2, _context.Group("g")!.GenerationId);
        Assert.Equal(ClassicGroupState.CompletingRebalance, _context.StateOf("g"));
    }

    [Fact]
    public void A_member_that_the_leader_forgot_gets_an_empty_assignment()
    {
        var leader = _context.JoinNew("g").Value.MemberId;
        Assert.Equal(0, _context.Sync("g", 1, leader).Value.Assignment.Bytes.Length);
        Assert.Equal(ClassicGroupState.Stable, _context.StateOf("g"));
    }

    [Fact]
    public void Bad_syncs_get_the_error_that_says_what_is_wrong()
    {
        var (generationId, members) = _context.StableGroup("g", 1);
        Assert.Equal((short)ErrorCode.InvalidGroupId, _context.Sync("", 1, members[0]).Value.ErrorCode);
        Assert.Equal((short)ErrorCode.UnknownMemberId, _context.Sync("none", 1, members[0]).Value.ErrorCode);
        Assert.Equal((short)ErrorCode.UnknownMemberId, _context.Sync("g", generationId, "nobody").Value.ErrorCode);
        Assert.Equal((short)ErrorCode.IllegalGeneration, _context.Sync("g", generationId + 1, members[0]).Value.ErrorCode);
        Assert.Equal((short)ErrorCode.InconsistentGroupProtocol, SyncWith("connect", "range").Value.ErrorCode);
        Assert.Equal((short)ErrorCode.InconsistentGroupProtocol, SyncWith("consumer", "sticky").Value.ErrorCode);
        Assert.Equal((short)ErrorCode.InconsistentGroupProtocol, SyncWith(null, null).Value.ErrorCode);
        Assert.Equal((short)ErrorCode.None, SyncWith("consumer", "range").Value.ErrorCode);

        _context.Join("g", members[0], topics: ["payments"]);
        _context.Join("g");
        _context.Join("g", members[0]);
        Assert.Equal(ClassicGroupState.PreparingRebalance, _context.StateOf("g"));
        Assert.Equal((short)ErrorCode.RebalanceInProgress, _context.Sync("g", _context.Group("g")!.GenerationId, members[0]).Value.ErrorCode);

        Answer<SyncGroupResponse> SyncWith(string? type, string? name) => _context.Sync(
            new SyncGroupRequest { GroupId = "g", GenerationId = generationId, MemberId = members[0], ProtocolType = type, ProtocolName = name },
            version: 5);
    }

    [Fact]
    public void Heartbeats_tell_a_member_where_the_group_stands()
    {
        var joined = _context.JoinNew("g").Value;
        Assert.Equal(ErrorCode.None, _context.Heartbeat("g", 1, joined.MemberId));
        _context.Sync("g", 1, joined.MemberId);
        Assert.Equal(ErrorCode.None, _context.Heartbeat("g", 1, joined.MemberId));
        Assert.Equal(ErrorCode.IllegalGeneration, _context.Heartbeat("g", 2, joined.MemberId));
        Assert.Equal(ErrorCode.IllegalGeneration, _context.Heartbeat("g", -1, joined.MemberId));
        Assert.Equal(ErrorCode.UnknownMemberId, _context.Heartbeat("g", 1, "nobody"));
        Assert.Equal(ErrorCode.UnknownMemberId, _context.Heartbeat("none", 1, joined.MemberId));
        Assert.Equal(ErrorCode.InvalidGroupId, _context.Heartbeat("", 1, joined.MemberId));
        Assert.Equal(ErrorCode.UnknownMemberId, _context.Heartbeat("g", 1, joined.MemberId, "instance"));
        _context.JoinNew("g");
        Assert.Equal(ErrorCode.RebalanceInProgress, _context.Heartbeat("g", 1, joined.MemberId));
    }

    [Fact]
    public void A_silent_member_goes_after_its_session_timeout_and_one_that_is_heard_of_stays()
    {
        var (generationId, members) = _context.StableGroup("g", 2);
        for (var i = 0; i < 5; i++)
        {
            _context.AdvanceTime(2_500);
            _context.Heartbeat("g", generationId, members[0]);
        }

        Assert.Equal(ClassicGroupState.PreparingRebalance, _context.StateOf("g"));
        Assert.Equal(ErrorCode.UnknownMemberId, _context.Heartbeat("g", generationId, members[1]));
        Assert.Equal(1, _context.Join("g", members[0]).Value.Members.Count);
    }

    [Fact]
    public void A_group_whose_members_all_fall_silent_becomes_empty_at_the_next_generation()
    {
        var (generationId, _) = _context.StableGroup("g", 2);
        _context.AdvanceTime(10_001);
        Assert.Equal(ClassicGroupState.Empty, _context.StateOf("g"));
        Assert.Equal(generationId + 1, _context.Group("g")!.GenerationId);
        Assert.Equal(0, _context.Group("g")!.Stored!.Value.Members.Count);
    }

    [Fact]
    public void A_member_that_waits_for_an_answer_is_alive()
    {
        var (generationId, members) = _context.StableGroup("g", 2);
        var waiting = _context.Join("g", members[0]);
        for (var i = 0; i < 5; i++)
        {
            _context.AdvanceTime(9_000);
            _context.Heartbeat("g", generationId, members[1]);
        }

        _context.Join("g", members[1]);
        Assert.Equal(2, waiting.Value.Members.Count);
    }

    [Fact]
    public void Members_that_join_and_never_ask_for_their_assignment_are_left_out()
    {
        var leader = _context.JoinNew("g").Value.MemberId;
        var joining = _context.JoinNew("g");
        _context.Join("g", leader);
        _context.Sync("g", 2, leader);
        for (var i = 0; i < 12; i++)
        {
            _context.AdvanceTime(5_000);
            _context.Heartbeat("g", 2, leader);
            _context.Heartbeat("g", 2, joining.Value.MemberId);
        }

        Assert.Equal(ClassicGroupState.PreparingRebalance, _context.StateOf("g"));
        Assert.Equal(ErrorCode.UnknownMemberId, _context.Heartbeat("g", 2, joining.Value.MemberId));
    }

    [Fact]
    public void While_the_log_is_read_clients_are_asked_to_wait_and_afterwards_to_look_elsewhere()
    {
        var (generationId, members) = _context.StableGroup("g", 1);
        _context.Join("g");
        var waiting = _context.Join("g", members[0]);
        _context.Do(() => _context.Coordinator.Unload(GroupCoordinatorContext.Partition));
        Assert.Equal((short)ErrorCode.NotCoordinator, waiting.Value.ErrorCode);
        Assert.Equal(ErrorCode.NotCoordinator, _context.Heartbeat("g", generationId, members[0]));
        Assert.Equal((short)ErrorCode.NotCoordinator, _context.FetchAll("g").ErrorCode);

        _context.Do(() => _context.Coordinator.BeginLoad(GroupCoordinatorContext.Partition));
        Assert.Equal((short)ErrorCode.CoordinatorLoadInProgress, _context.Join("g", members[0]).Value.ErrorCode);
        Assert.Equal((short)ErrorCode.CoordinatorLoadInProgress, _context.FetchAll("g").ErrorCode);
        Assert.Equal(ErrorCode.CoordinatorLoadInProgress, _context.Commit("g", "orders", 0, 1));
        Assert.Equal(ErrorCode.None, _context.Heartbeat("g", generationId, members[0]));
        _context.AdvanceTime(600_000);
    }
}
