using Deterministic.Checking.Histories;
using static Deterministic.Checking.Tests.Script;

namespace Deterministic.Checking.Tests;

/// <summary>The golden vectors about one process's order and about cycles, by the names of their source.</summary>
public sealed class GoldenProcessTests
{
    [Fact]
    public void Poll_skip()
    {
        var found = PollSkips(assign: null, OpType.Ok).Find(AnomalyNames.PollSkip);
        Assert.Equal([C, F], found.Select(anomaly => anomaly.Values.Single()));
        Assert.All(found, anomaly => Assert.Equal((2, AnomalyClass.Bad), (anomaly.Delta, anomaly.Class)));
    }

    [Theory]
    [InlineData(OpType.Ok)]
    [InlineData(OpType.Info)]
    public void Poll_skip_forgotten_by_assign(OpType type)
    {
        Assert.Empty(PollSkips(Y, type).Find(AnomalyNames.PollSkip));
        Assert.Equal(2, PollSkips(X, type).Find(AnomalyNames.PollSkip).Count);
    }

    [Fact]
    public void Poll_skip_allowed_only_for_processes_that_subscribe()
    {
        var script = new Script();
        script.Op(0, OpType.Ok, OpFunction.Subscribe, [new AssignMop(X)]);
        script.Polls(0, OpType.Ok, 1).Polls(1, OpType.Ok, 2, 3).Polls(0, OpType.Ok, 3);
        Assert.Equal(AnomalyClass.Allowed, Assert.Single(script.Find(AnomalyNames.PollSkip)).Class);
        Assert.Equal(AnomalyClass.Bad, Assert.Single(script.Find(AnomalyNames.PollSkip, CheckOptions.Default with { SubVia = ConsumeVia.Assign })).Class);
    }

    [Fact]
    public void Abort_rewinds() => Assert.DoesNotContain(new Script()
        .Polls(1, OpType.Ok, 0).Polls(1, OpType.Fail, 1, 2).Polls(1, OpType.Info, 1, 2).Polls(1, OpType.Ok, 1, 2)
        .Check().Anomalies, anomaly => anomaly.Name is AnomalyNames.PollSkip or AnomalyNames.NonmonotonicPoll);

    [Fact]
    public void Abort_does_not_rewind()
    {
        var found = new Script()
            .Polls(1, OpType.Ok, 0).Polls(1, OpType.Fail, 1, 2).Polls(1, OpType.Fail, 3, 4).Polls(1, OpType.Ok, 5)
            .Find(AnomalyNames.PollSkip);
        Assert.Equal([3, 5], found.Select(anomaly => anomaly.Delta!.Value));
        Assert.Equal([1, 2], found[0].Values);
        Assert.Equal([1, 2, 3, 4], found[1].Values);
    }

    [Fact]
    public void Nonmono_poll()
    {
        var found = Assert.Single(new Script().Polls(0, OpType.Ok, A, B, C).Polls(0, OpType.Ok, B, C, D).Find(AnomalyNames.NonmonotonicPoll));
        Assert.Equal([C, B], found.Values);
        Assert.Equal((-1, AnomalyClass.Bad), (found.Delta, found.Class));
    }

    [Fact]
    public void Nonmono_send()
    {
        var found = Assert.Single(new Script()
            .Ok(OpFunction.Txn, Sent(X, 3, C), Sent(X, 4, D))
            .Ok(OpFunction.Txn, Sent(X, 1, A), Sent(X, 2, B))
            .Find(AnomalyNames.NonmonotonicSend));
        Assert.Equal([D, A], found.Values);
        Assert.Equal((-3, AnomalyClass.Bad), (found.Delta, found.Class));
    }

    [Fact]
    public void Int_poll_skip()
    {
        var found = new Script()
            .Ok(OpFunction.Send, Sent(X, 2, B))
            .Ok(OpFunction.Txn, Poll(X, (1, A), (4, D)))
            .Op(1, OpType.Ok, OpFunction.Txn, [Poll(X, (1, A)), Poll(X, (4, D))])
            .Find(AnomalyNames.IntPollSkip);
        Assert.Equal(2, found.Count);
        Assert.All(found, anomaly => Assert.Equal((2, AnomalyClass.Bad), (anomaly.Delta, anomaly.Class)));
        Assert.All(found, anomaly => Assert.Equal([B], anomaly.Values));
    }

    [Fact]
    public void Int_poll_skip_is_not_judged_where_the_op_was_rebalanced() => Assert.Empty(new Script()
        .Ok(OpFunction.Send, Sent(X, 2, B))
        .Rebalanced(0, X)
        .Ok(OpFunction.Txn, Poll(X, (1, A), (4, D)))
        .Find(AnomalyNames.IntPollSkip));

    [Fact]
    public void Int_nonmono_poll()
    {
        var found = new Script()
            .Ok(OpFunction.Send, Sent(X, 2, B))
            .Ok(OpFunction.Txn, Poll(X, (3, C), (1, A)))
            .Op(1, OpType.Ok, OpFunction.Txn, [Poll(X, (2, B), (3, C)), Poll(X, (3, C))])
            .Find(AnomalyNames.IntNonmonotonicPoll);
        Assert.Equal([-2, 0], found.Select(anomaly => anomaly.Delta!.Value));
        Assert.All(found, anomaly => Assert.Equal(AnomalyClass.Bad, anomaly.Class));
    }

    [Fact]
    public void Int_send_skip()
    {
        var found = Assert.Single(new Script()
            .Ok(OpFunction.Txn, Sent(X, 1, A), Send(X, C))
            .Op(1, OpType.Ok, OpFunction.Poll, [Poll(X, (2, B), (3, C))])
            .Find(AnomalyNames.IntSendSkip));
        Assert.Equal([B], found.Values);
        Assert.Equal([1, 3], found.Offsets);
        Assert.Equal(AnomalyClass.Allowed, found.Class);
    }

    [Fact]
    public void Int_nonmono_send()
    {
        var found = new Script()
            .Ok(OpFunction.Txn, Sent(X, 3, C), Sent(X, 1, A))
            .Info(OpFunction.Txn, Send(Y, D), Send(Y, B))
            .Op(1, OpType.Ok, OpFunction.Poll, [Poll(Y, (2, B), (3, C), (4, D))])
            .Find(AnomalyNames.IntNonmonotonicSend);
        Assert.Equal([-1, -2], found.Select(anomaly => anomaly.Delta!.Value));
        Assert.Equal([C, A], found[0].Values);
        Assert.Equal([D, B], found[1].Values);
        Assert.All(found, anomaly => Assert.Equal(AnomalyClass.Bad, anomaly.Class));
    }

    [Fact]
    public void G0()
    {
        var script = new Script()
            .Ok(OpFunction.Txn, Sent(X, 0, A), Sent(Y, 1, A))
            .Ok(OpFunction.Txn, Sent(X, 1, B), Sent(Y, 0, B));
        Assert.Equal(AnomalyClass.Allowed, Assert.Single(script.Find(AnomalyNames.G0)).Class);
        Assert.Empty(script.Find(AnomalyNames.G0, CheckOptions.Default with { WwDeps = false }));
    }

    [Fact]
    public void G1c_wr()
    {
        var script = new Script();
        var first = script.Begin(0, OpFunction.Txn, []);
        var second = script.Begin(1, OpFunction.Txn, []);
        script.End(first, OpType.Ok, Sent(X, 0, A), Poll(Y, (0, B))).End(second, OpType.Ok, Sent(Y, 0, B), Poll(X, (0, A)));
        foreach (var wwDeps in new[] { true, false })
        {
            var found = Assert.Single(script.Find(AnomalyNames.G1c, CheckOptions.Default with { WwDeps = wwDeps }));
            Assert.Equal([2, 3], found.Ops);
            Assert.Equal(AnomalyClass.Bad, found.Class);
        }
    }

    [Fact]
    public void Precommitted()
    {
        var found = Assert.Single(new Script().Ok(OpFunction.Txn, Send(X, A), Poll(X, (0, A))).Find(AnomalyNames.PrecommittedRead));
        Assert.Equal([A], found.Values);
        Assert.Equal(AnomalyClass.Bad, found.Class);
    }

    [Fact]
    public void Empty()
    {
        var verdict = new Script().Assign(0, OpType.Ok, X).Assign(0, OpType.Ok, Y).Check();
        Assert.False(verdict.Valid);
        Assert.Equal(CheckOutcome.Inconclusive, verdict.Outcome);
        Assert.Contains(verdict.Anomalies, anomaly => anomaly.Name == AnomalyNames.EmptyTransactionGraph);
    }

    private static Script PollSkips(LogKey? assign, OpType type)
    {
        var script = new Script()
            .Op(0, OpType.Ok, OpFunction.Poll, [Poll(X, (1, A), (2, B))])
            .Op(1, OpType.Ok, OpFunction.Poll, [Poll(X, (3, C))]);
        Assign();
        script.Op(0, OpType.Ok, OpFunction.Poll, [Poll(X, (4, D))]).Op(1, OpType.Ok, OpFunction.Send, [Sent(X, 6, F)]);
        Assign();
        return script.Op(0, OpType.Ok, OpFunction.Poll, [Poll(X, (7, G))]);

        void Assign()
        {
            if (assign is { } key)
            {
                script.Assign(0, type, key);
            }
        }
    }
}
