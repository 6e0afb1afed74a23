using Deterministic.Server.Groups.Consumers;

namespace Deterministic.Server.Tests.Groups.Consumers;

public class StaticMembersTests
{
    private readonly ConsumerGroupContext _context = new();

    [Fact]
    public void An_instance_id_is_not_taken_over_before_it_is_released()
    {
        _context.Join("g", "a", instance: "i");
        Assert.Equal("UnreleasedInstanceId", _context.Read(_context.Join("g", "b", instance: "i")));
        Assert.Equal("FencedInstanceId", _context.Read(_context.Beat("g", "b", 2, instance: "i")));
        Assert.Equal("UnknownMemberId", _context.Read(_context.Beat("g", "a", 2, instance: "j")));
    }

    [Fact]
    public void A_static_member_that_comes_back_has_what_it_had_and_nobody_rebalances()
    {
        _context.Join("g", "a", instance: "i");
        Assert.Equal("epoch -2", _context.Read(_context.Leave("g", "a", ConsumerMember.StaticLeaveEpoch, "i")));
        Assert.Equal("epoch 2: orders-0 orders-1 orders-2 orders-3", _context.Read(_context.Join("g", "b", instance: "i")));
        Assert.Equal(2, _context.Group("g").GroupEpoch);
        Assert.Equal("b", Assert.Single(_context.Group("g").Members).Key.ToString());
        Assert.Equal("FencedInstanceId", _context.Read(_context.Leave("g", "a", instance: "i")));
    }

    [Fact]
    public void Nobody_gets_the_partitions_of_a_static_member_that_is_away_until_its_session_ends()
    {
        _context.Join("g", "a", instance: "i");
        _context.Join("g", "b");
        _context.Leave("g", "a", ConsumerMember.StaticLeaveEpoch, "i");
        Assert.Equal("epoch 3", _context.Read(_context.Beat("g", "b", 3)));
        _context.Base.AdvanceTime(40_000);
        _context.Beat("g", "b", 3);
        _context.Base.AdvanceTime(5000);
        Assert.Equal("epoch 4: orders-0 orders-1 orders-2 orders-3", _context.Read(_context.Beat("g", "b", 3)));
    }

    [Fact]
    public void A_static_member_that_leaves_for_good_is_gone()
    {
        _context.Join("g", "a", instance: "i");
        Assert.Equal("epoch -1", _context.Read(_context.Leave("g", "a", instance: "i")));
        Assert.Empty(_context.Group("g").Members);
        Assert.Empty(_context.Group("g").StaticMembers);
    }
}
