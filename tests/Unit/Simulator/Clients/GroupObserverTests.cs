using Deterministic.Simulator.Clients;

namespace Deterministic.Simulator.Tests.Clients;

public sealed class GroupObserverTests
{
    private const string Group = "g";
    private const string Instance = "i";

    [Fact]
    public void Who_joins_under_an_instance_id_supersedes_those_whom_it_was_given_before()
    {
        var observer = new GroupObserver(static () => false);
        Join(observer, "first");
        Assert.False(observer.IsSuperseded(Group, "first"));
        Join(observer, "second");
        Assert.True(observer.IsSuperseded(Group, "first"));
        Assert.False(observer.IsSuperseded(Group, "second"));
    }

    /// <summary>Two joins under way at once: nobody can say which of them came last.</summary>
    [Fact]
    public void Joins_that_overlap_supersede_nobody()
    {
        var observer = new GroupObserver(static () => false);
        var before = observer.HoldersOf(Group, Instance);
        observer.OnHolds(Group, Instance, "first", before, 0, 0);
        observer.OnHolds(Group, Instance, "second", before, 0, 0);
        Assert.False(observer.IsSuperseded(Group, "first"));
        Assert.False(observer.IsSuperseded(Group, "second"));
    }

    [Fact]
    public void A_member_that_joins_again_is_not_superseded_by_itself()
    {
        var observer = new GroupObserver(static () => false);
        Join(observer, "first");
        Join(observer, "first");
        Assert.False(observer.IsSuperseded(Group, "first"));
    }

    [Fact]
    public void A_broker_that_died_may_not_know_who_came_last()
    {
        var observer = new GroupObserver(static () => false);
        Join(observer, "first");
        var before = observer.HoldersOf(Group, Instance);
        observer.OnHolds(Group, Instance, "second", before, brokerLife: 0, lifeNow: 1);
        Assert.False(observer.IsSuperseded(Group, "first"));
        Join(observer, "third");
        Assert.True(observer.IsSuperseded(Group, "second"));
        observer.OnBrokerEnded();
        Assert.False(observer.IsSuperseded(Group, "second"));
    }

    private static void Join(GroupObserver observer, string memberId) =>
        observer.OnHolds(Group, Instance, memberId, observer.HoldersOf(Group, Instance), 0, 0);
}
