using System.Text;
using Deterministic.Checking.Histories;
using Deterministic.Checking.Tests.Model;

namespace Deterministic.Checking.Tests;

public sealed class HistoryFileTests
{
    /// <summary>The example of the README, and every field that it leaves out.</summary>
    private const string Lines =
        """
        {"index":0,"process":1,"type":"invoke","f":"send","time":10,"producer":{"idempotent":false,"acks":"all"},"mops":[{"send":"orders/0","value":5}]}
        {"index":1,"process":1,"type":"ok","f":"send","time":20,"producer":{"idempotent":false,"acks":"all"},"mops":[{"send":"orders/0","value":5,"offset":17}]}
        {"index":2,"process":2,"type":"invoke","f":"poll","time":30,"consumer":{"group":"g","generation":3,"isolation":"read-committed"},"mops":[{"poll":[]}]}
        {"index":3,"process":2,"type":"ok","f":"poll","time":40,"consumer":{"group":"g","generation":3,"isolation":"read-committed"},"rebalances":[{"kind":"revoked","keys":["orders/1"]}],"mops":[{"poll":[["orders/0",17,5]]},{"commit":"orders/0","offset":18}]}
        {"index":4,"process":3,"type":"invoke","f":"txn","time":40,"producer":{"idempotent":true,"acks":"leader","transactionalId":"t"},"mops":[{"send":"out#AbC-_/2","value":-7,"sourceKey":"orders/0","sourceValue":5}]}
        {"index":5,"process":3,"type":"fail","f":"txn","time":41,"error":"PRODUCER_FENCED","producer":{"idempotent":true,"acks":"leader","transactionalId":"t"},"mops":[{"send":"out#AbC-_/2","value":-7,"sourceKey":"orders/0","sourceValue":5}]}
        {"index":6,"process":4,"type":"invoke","f":"fetch-offsets","time":41,"consumer":{"group":"g","generation":-1,"isolation":"read-uncommitted"},"mops":[{"fetch":"orders/0"},{"fetch":"orders/1"}]}
        {"index":7,"process":4,"type":"ok","f":"fetch-offsets","time":42,"consumer":{"group":"g","generation":-1,"isolation":"read-uncommitted"},"mops":[{"fetch":"orders/0","offset":18},{"fetch":"orders/1"}]}
        {"index":8,"process":5,"type":"invoke","f":"list-offsets","time":43,"mops":[{"log":"orders/0","start":0,"stable":0,"high":0}]}
        {"index":9,"process":5,"type":"ok","f":"list-offsets","time":44,"mops":[{"log":"orders/0","start":3,"stable":17,"high":18}]}
        {"index":10,"process":5,"type":"invoke","f":"assign","time":45,"mops":[{"assign":"orders/0"}]}
        {"index":11,"process":5,"type":"info","f":"assign","time":46,"error":"UNFINISHED","mops":[{"assign":"orders/0"}]}

        """;

    [Fact]
    public void What_was_read_is_written_again_byte_for_byte() => Assert.Equal(Lines, Write(Read(Lines)));

    [Fact]
    public void All_parts_of_an_op_are_read()
    {
        var ops = Read(Lines).Ops;
        Assert.Equal(new SendMop(new LogKey("orders", 0), 5, 17), ops[1].Mops.Single());
        Assert.False(ops[1].Producer.Idempotent);
        Assert.Equal(new ConsumerTraits("g", 3), ops[3].Consumer);
        Assert.Equal(RebalanceKind.Revoked, ops[3].Rebalances.Single().Kind);
        Assert.Equal([new PolledRecord(new LogKey("orders", 0), 17, 5)], ((PollMop)ops[3].Mops[0]).Records);
        Assert.Equal(new SendMop(new LogKey("out", 2, "AbC-_"), -7, null, new RecordSource(new LogKey("orders", 0), 5)), ops[5].Mops.Single());
        Assert.Equal(("PRODUCER_FENCED", OpType.Fail), (ops[5].Error, ops[5].Type));
        Assert.Equal([new FetchOffsetMop(new LogKey("orders", 0), 18), new FetchOffsetMop(new LogKey("orders", 1))], ops[7].Mops);
        Assert.Equal(new LogOffsetsMop(new LogKey("orders", 0), 3, 17, 18), ops[9].Mops.Single());
    }

    [Fact]
    public void A_history_from_a_file_gets_the_same_verdict()
    {
        for (var seed = 1UL; seed <= 10; seed++)
        {
            var (history, options) = GoodRun.Make(seed);
            var (direct, read) = (HistoryChecker.Check(history, options), HistoryChecker.Check(Read(Write(history)), options));
            Assert.Equal(direct.ToString(), read.ToString());
            Assert.Equal(direct.Anomalies.Select(anomaly => anomaly.ToString()), read.Anomalies.Select(anomaly => anomaly.ToString()));
        }
    }

    [Theory]
    [InlineData("{", "Line 1")]
    [InlineData("""{"index":0,"process":1,"type":"began","f":"poll","time":1,"mops":[]}""", "'began' is no OpType; allowed: fail, info, invoke, ok")]
    [InlineData("""{"index":0,"process":1,"type":"invoke","f":"poll","time":1,"mops":[{"push":1}]}""", "A mop begins with 'push'")]
    [InlineData("""{"index":0,"process":1,"type":"invoke","f":"send","time":1,"mops":[{"send":"orders","value":1}]}""", "'orders' is no log")]
    [InlineData("""{"index":1,"process":1,"type":"invoke","f":"poll","time":1,"mops":[]}""", "stands at position 0")]
    [InlineData("""{"index":0,"process":1,"type":"ok","f":"poll","time":1,"mops":[]}""", "completes what was not started")]
    public void An_error_says_what_is_wrong(string line, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidHistoryException>(() => Read(line)).Message, StringComparison.Ordinal);

    private static History Read(string lines) => HistoryReader.Read(new StringReader(lines));

    private static string Write(History history)
    {
        using var stream = new MemoryStream();
        HistoryWriter.Write(history, stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
