using Deterministic.Checking.Facts;
using Deterministic.Checking.Histories;
using static Deterministic.Checking.Tests.Script;

namespace Deterministic.Checking.Tests;

/// <summary>The golden vectors about what stands where in a log, by the names of their source.</summary>
public sealed class GoldenOrderTests
{
    [Fact]
    public void Inconsistent()
    {
        var eleven = new LogKey("eleven", 11);
        var found = Assert.Single(new Script()
            .Ok(OpFunction.Send, Sent(eleven, 537, 641))
            .Ok(OpFunction.Send, Sent(eleven, 537, 645))
            .Find(AnomalyNames.InconsistentOffsets));
        Assert.Equal((eleven, 0, AnomalyClass.Bad), (found.Key, found.Index, found.Class));
        Assert.Equal([537], found.Offsets);
        Assert.Equal([641, 645], found.Values);
    }

    [Fact]
    public void Info_ignored() => Assert.Empty(InfoTwice().Find(AnomalyNames.InconsistentOffsets));

    [Fact]
    public void Info_proven()
    {
        var found = Assert.Single(InfoTwice().Ok(OpFunction.Poll, Poll(Y, (5, 1))).Find(AnomalyNames.InconsistentOffsets));
        Assert.Equal(X, found.Key);
        Assert.Equal([0], found.Offsets);
        Assert.Equal([1, 2], found.Values);
    }

    [Fact]
    public void Gap()
    {
        var script = new Script()
            .Ok(OpFunction.Poll, Poll(X, (0, A), (1, B)))
            .Info(OpFunction.Txn, Sent(X, 1, C), Sent(X, 3, B), Sent(X, 4, D));
        var key = new HistoryFacts(script.History(), CheckOptions.Default).Find(X)!;
        Assert.Equal(4, key.Length);
        Assert.Equal([0L, 1, 3, 4], Enumerable.Range(0, 4).Select(key.OffsetAt));
        Assert.Equal(["1", "2 3", "2", "4"], Enumerable.Range(0, 4).Select(index => string.Join(' ', key.ValuesAt(index).ToArray().Select(value => value.Value))));
        Assert.Equal([1], Assert.Single(script.Find(AnomalyNames.InconsistentOffsets)).Offsets);
    }

    [Fact]
    public void Duplicate()
    {
        var found = Assert.Single(new Script()
            .Ok(OpFunction.Send, Sent(X, 1, A))
            .Info(OpFunction.Send, Send(X, B))
            .Ok(OpFunction.Poll, Poll(X, (2, B), (3, A)))
            .Find(AnomalyNames.Duplicate));
        Assert.Equal([A], found.Values);
        Assert.Equal([1, 3], found.Offsets);
        Assert.Equal(AnomalyClass.Bad, found.Class);
    }

    [Fact]
    public void Dup_from_failed_poll()
    {
        var script = new Script()
            .Ok(OpFunction.Send, Sent(X, 1, 0))
            .Fail(OpFunction.Send, Sent(X, 2, 1))
            .Fail(OpFunction.Poll, Poll(X, (11, 0), (12, 1)));
        var found = Assert.Single(script.Find(AnomalyNames.Duplicate));
        Assert.Empty(script.Find(AnomalyNames.AbortedRead));
        Assert.Equal([0], found.Values);
        Assert.Equal([1, 11], found.Offsets);
    }

    [Fact]
    public void G1a()
    {
        var found = Assert.Single(new Script()
            .Fail(OpFunction.Txn, Send(X, 2), Send(Y, 3))
            .Ok(OpFunction.Poll, Poll(X, (0, 2)))
            .Find(AnomalyNames.AbortedRead));
        Assert.Equal((X, AnomalyClass.Bad), (found.Key, found.Class));
        Assert.Equal([2], found.Values);
        Assert.Equal([1, 3], found.Ops);
    }

    [Fact]
    public void Lost()
    {
        var found = new Script()
            .Ok(OpFunction.Send, Sent(X, 0, A))
            .Ok(OpFunction.Txn, Sent(X, 1, B), Sent(X, 3, D))
            .Info(OpFunction.Send, Send(X, C))
            .Op(1, OpType.Ok, OpFunction.Poll, [Poll(X, (2, C))])
            .Find(AnomalyNames.LostWrite);
        Assert.Equal([A, B], found.Select(anomaly => anomaly.Values.Single()));
        Assert.Equal([0, 1], found.Select(anomaly => anomaly.Index!.Value));
        Assert.All(found, anomaly => Assert.Equal((2, AnomalyClass.Bad), (anomaly.Offsets[1], anomaly.Class)));
        Assert.Equal([1, 7], found[0].Ops);
    }

    [Fact]
    public void Lost_and_conflict()
    {
        var script = new Script()
            .Ok(OpFunction.Send, Sent(X, 0, A))
            .Ok(OpFunction.Txn, Sent(X, 0, B), Sent(X, 2, C))
            .Ok(OpFunction.Poll, Poll(X, (0, B), (2, C)));
        var lost = Assert.Single(script.Find(AnomalyNames.LostWrite));
        Assert.Equal([A], lost.Values);
        Assert.Equal([0, 2], lost.Offsets);
        Assert.Single(script.Find(AnomalyNames.InconsistentOffsets));
    }

    [Fact]
    public void Lost_atomic()
    {
        var script = new Script()
            .Info(OpFunction.Txn, Send(X, A), Sent(Y, 0, B))
            .Info(OpFunction.Send, Send(Y, C))
            .Ok(OpFunction.Poll, Poll(Y, (1, C)));
        Assert.Empty(script.Find(AnomalyNames.LostWrite));
        var lost = Assert.Single(script.Ok(OpFunction.Poll, Poll(X, (0, A))).Find(AnomalyNames.LostWrite));
        Assert.Equal(Y, lost.Key);
        Assert.Equal([B], lost.Values);
    }

    [Fact]
    public void Unseen()
    {
        var script = new Script()
            .Ok(OpFunction.Txn, Send(X, A), Send(X, B))
            .Op(1, OpType.Ok, OpFunction.Poll, [Poll(X, (0, A))]);
        var found = Assert.Single(script.Find(AnomalyNames.Unseen, CheckOptions.Default with { FinalPollsFrom = 2 }));
        Assert.Equal([B], found.Values);
        Assert.Equal(AnomalyClass.Bad, found.Class);
        Assert.Equal(AnomalyClass.Allowed, Assert.Single(script.Find(AnomalyNames.Unseen)).Class);
        script.Op(1, OpType.Ok, OpFunction.Poll, [Poll(X, (1, B))]);
        Assert.Equal([2, 1, 0], script.Check().Metrics.Unseen[X].Select(point => point.Records));
        Assert.Empty(script.Find(AnomalyNames.Unseen));
    }

    private static Script InfoTwice() => new Script()
        .Info(OpFunction.Txn, Sent(X, 0, 1), Send(Y, 1))
        .Ok(OpFunction.Send, Sent(X, 0, 2));
}
