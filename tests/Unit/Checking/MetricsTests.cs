using Deterministic.Checking.Histories;
using static Deterministic.Checking.Tests.Script;

namespace Deterministic.Checking.Tests;

public sealed class MetricsTests
{
    [Fact]
    public void The_worst_lag_is_how_long_the_next_record_had_been_known_when_a_poll_began()
    {
        var script = new Script()
            .Assign(1, OpType.Ok, X, Y)
            .Ok(OpFunction.Send, Sent(X, 0, A))
            .Wait(100)
            .Op(1, OpType.Ok, OpFunction.Poll, [PollMop.Empty])
            .Op(1, OpType.Ok, OpFunction.Poll, [Poll(X, (0, A))]);
        Assert.Equal(new RealtimeLag(X, 1, 5, 101), script.Check().Metrics.WorstLag);
        script.Ok(OpFunction.Send, Sent(X, 7, B)).Wait(500).Op(1, OpType.Ok, OpFunction.Poll, [PollMop.Empty]);
        Assert.Equal(new RealtimeLag(X, 1, 11, 501), script.Check().Metrics.WorstLag);
    }

    [Fact]
    public void A_consumer_that_keeps_up_has_no_lag() => Assert.Null(new Script()
        .Assign(1, OpType.Ok, X)
        .Op(1, OpType.Ok, OpFunction.Poll, [PollMop.Empty])
        .Ok(OpFunction.Send, Sent(Y, 0, A))
        .Op(1, OpType.Ok, OpFunction.Poll, [PollMop.Empty])
        .Check().Metrics.WorstLag);

    [Fact]
    public void Records_that_a_subscriber_gets_twice_are_counted_once()
    {
        var script = new Script();
        script.Polls(1, OpType.Ok, 1, 2).Polls(1, OpType.Ok, 2);
        Assert.Equal(0, script.Check().Metrics.RecordsConsumedAgain);
        script.Op(1, OpType.Ok, OpFunction.Subscribe, [new AssignMop(X)]);
        script.Polls(1, OpType.Ok, 1, 2, 3).Polls(1, OpType.Ok, 2, 3).Polls(1, OpType.Ok, 3).Polls(2, OpType.Ok, 1);
        Assert.Equal(2, script.Check().Metrics.RecordsConsumedAgain);
    }

    [Fact]
    public void Completed_ops_are_counted_by_outcome()
    {
        var metrics = new Script().Polls(1, OpType.Ok).Polls(1, OpType.Fail).Polls(1, OpType.Info).Polls(1, OpType.Info).Check().Metrics;
        Assert.Equal((1, 1, 2), (metrics.OkOps, metrics.FailedOps, metrics.InfoOps));
    }
}
