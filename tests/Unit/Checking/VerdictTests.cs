using Deterministic.Checking.Histories;
using static Deterministic.Checking.Tests.Script;

namespace Deterministic.Checking.Tests;

/// <summary>What makes a history inconclusive, allowed or excused, beyond the golden vectors.</summary>
public sealed class VerdictTests
{
    private static readonly ProducerTraits s_retrying = new(Idempotent: false);
    private static readonly ProducerTraits s_leaderOnly = new(Acks: Acks.Leader);
    private static readonly ConsumerTraits s_uncommitted = new(Isolation: IsolationLevel.ReadUncommitted);

    [Fact]
    public void A_history_in_which_nothing_was_tested_is_inconclusive()
    {
        Assert.Equal(CheckOutcome.Inconclusive, new Script().Check().Outcome);
        Assert.Equal(CheckOutcome.Inconclusive, new Script().Ok(OpFunction.Send, Sent(X, 0, A)).Check().Outcome);
        Assert.Equal(CheckOutcome.Inconclusive, new Script().Ok(OpFunction.Poll, PollMop.Empty).Check().Outcome);
        Assert.Equal(
            CheckOutcome.Inconclusive,
            new Script().Ok(OpFunction.Send, Sent(X, 0, A)).Op(1, OpType.Fail, OpFunction.Poll, [Poll(X, (0, A))]).Check().Outcome);
    }

    [Fact]
    public void One_record_sent_and_read_back_is_valid()
    {
        var verdict = new Script().Ok(OpFunction.Send, Sent(X, 0, A)).Op(1, OpType.Ok, OpFunction.Poll, [Poll(X, (0, A))]).Check();
        Assert.True(verdict.Valid, verdict.ToString());
        Assert.Empty(verdict.Anomalies);
        Assert.Empty(verdict.Reason);
    }

    [Fact]
    public void A_producer_that_is_not_idempotent_may_duplicate_and_invert()
    {
        var script = new Script()
            .Op(0, OpType.Ok, OpFunction.Send, [Sent(X, 1, B), Sent(X, 0, A)], s_retrying)
            .Op(1, OpType.Ok, OpFunction.Poll, [Poll(X, (0, A), (1, B), (2, A), (3, B))]);
        Assert.True(script.Check().Valid);
        Assert.Equal(2, script.Find(AnomalyNames.Duplicate).Count);
        script.Op(0, OpType.Ok, OpFunction.Send, [Sent(X, 4, C)]).Op(1, OpType.Ok, OpFunction.Poll, [Poll(X, (4, C), (5, C))]);
        Assert.Equal([C], Assert.Single(script.Find(AnomalyNames.Duplicate), anomaly => anomaly.Class == AnomalyClass.Bad).Values);
    }

    [Fact]
    public void What_only_the_leader_acknowledged_may_be_lost_and_its_offset_given_again()
    {
        var script = new Script()
            .Op(0, OpType.Ok, OpFunction.Send, [Sent(X, 0, A)], s_leaderOnly)
            .Op(0, OpType.Ok, OpFunction.Send, [Sent(X, 0, B)], s_leaderOnly)
            .Op(1, OpType.Ok, OpFunction.Poll, [Poll(X, (0, B))]);
        var options = CheckOptions.Default with { FinalPollsFrom = 4 };
        Assert.True(script.Check(options).Valid, script.Check(options).ToString());
        Assert.Equal(AnomalyClass.Excused, Assert.Single(script.Find(AnomalyNames.LostWrite, options)).Class);
        Assert.Equal(AnomalyClass.Excused, Assert.Single(script.Find(AnomalyNames.InconsistentOffsets, options)).Class);
        Assert.Single(script.Find(AnomalyNames.UnboundedLoss, options with { ExcusedLoss = [new LossExcuse(X) { RecordsMax = 0 }] }));
    }

    [Fact]
    public void Final_polls_that_disagree_are_excused_by_no_loss()
    {
        var script = new Script()
            .Op(0, OpType.Ok, OpFunction.Send, [Sent(X, 0, A)], s_leaderOnly)
            .Op(0, OpType.Ok, OpFunction.Send, [Sent(X, 0, B)], s_leaderOnly)
            .Op(1, OpType.Ok, OpFunction.Poll, [Poll(X, (0, A))])
            .Op(2, OpType.Ok, OpFunction.Poll, [Poll(X, (0, B))]);
        Assert.Equal(
            AnomalyClass.Excused, Assert.Single(script.Find(AnomalyNames.InconsistentOffsets, CheckOptions.Default with { FinalPollsFrom = 6 })).Class);
        Assert.Equal(
            AnomalyClass.Bad, Assert.Single(script.Find(AnomalyNames.InconsistentOffsets, CheckOptions.Default with { FinalPollsFrom = 4 })).Class);
    }

    [Fact]
    public void A_budget_excuses_only_its_log_its_time_and_missing_records()
    {
        var script = new Script()
            .Ok(OpFunction.Send, Sent(X, 0, A))
            .Wait(1000)
            .Ok(OpFunction.Send, Sent(X, 1, B))
            .Ok(OpFunction.Send, Sent(X, 2, C))
            .Op(1, OpType.Ok, OpFunction.Poll, [Poll(X, (2, C))]);
        Assert.Equal([A, B], Lost([]));
        Assert.Equal([A, B], Lost([new LossExcuse(Y)]));
        Assert.Equal([A], Lost([new LossExcuse(X) { AckedFromNs = 1000 }]));
        Assert.Equal([B], Lost([new LossExcuse(X) { AckedToNs = 1000 }]));
        Assert.Empty(Lost([new LossExcuse(X)]));
        script.Fail(OpFunction.Send, Send(X, D)).Op(1, OpType.Ok, OpFunction.Poll, [Poll(X, (3, D), (4, E))]);
        var verdict = script.Check(CheckOptions.Default with { ExcusedLoss = [new LossExcuse(X)] });
        Assert.Equal(
            [AnomalyNames.AbortedRead, AnomalyNames.Phantom],
            verdict.Counts.Where(count => count.Class == AnomalyClass.Bad).Select(count => count.Name));

        IEnumerable<long> Lost(LossExcuse[] excuses) => script.Find(AnomalyNames.LostWrite, CheckOptions.Default with { ExcusedLoss = excuses })
            .Where(anomaly => anomaly.Class == AnomalyClass.Bad).Select(anomaly => anomaly.Values.Single());
    }

    [Fact]
    public void What_was_deleted_on_purpose_is_neither_lost_nor_skipped()
    {
        var script = new Script()
            .Ok(OpFunction.Send, Sent(X, 0, A)).Ok(OpFunction.Send, Sent(X, 1, B)).Ok(OpFunction.Send, Sent(X, 2, C)).Ok(OpFunction.Send, Sent(X, 3, D))
            .Op(1, OpType.Ok, OpFunction.Poll, [Poll(X, (0, A))])
            .Op(1, OpType.Ok, OpFunction.Poll, [Poll(X, (3, D))]);
        var below = new Dictionary<LogKey, long> { [X] = 3 };
        var options = CheckOptions.Default with { FinalPollsFrom = 8, DeletedBelow = below };
        Assert.True(script.Check(options).Valid, script.Check(options).ToString());
        below[X] = 2;
        var verdict = script.Check(options);
        Assert.Equal([C], Assert.Single(verdict.Anomalies, anomaly => anomaly.Name == AnomalyNames.LostWrite).Values);
        Assert.Equal([C], Assert.Single(verdict.Anomalies, anomaly => anomaly.Name == AnomalyNames.PollSkip).Values);
    }

    [Fact]
    public void An_acknowledged_record_at_an_unknown_offset_may_be_one_of_the_deleted()
    {
        var script = new Script().Ok(OpFunction.Send, Send(X, A)).Ok(OpFunction.Send, Sent(X, 5, B)).Op(1, OpType.Ok, OpFunction.Poll, [Poll(X, (5, B))]);
        var below = new Dictionary<LogKey, long> { [X] = 0 };
        var options = CheckOptions.Default with { FinalPollsFrom = 4, DeletedBelow = below };
        Assert.Equal([A], Assert.Single(script.Find(AnomalyNames.Unseen, options)).Values);
        below[X] = 5;
        Assert.True(script.Check(options).Valid, script.Check(options).ToString());
    }

    [Fact]
    public void Reads_of_uncommitted_data_prove_nothing_about_a_transaction()
    {
        var script = new Script()
            .Info(OpFunction.Txn, Sent(X, 0, A), Sent(Y, 0, A))
            .Fail(OpFunction.Txn, Sent(X, 2, B))
            .Op(1, OpType.Ok, OpFunction.Send, [Sent(X, 4, C), Sent(Y, 2, C)])
            .Op(2, OpType.Ok, OpFunction.Poll, [Poll(X, (0, A), (2, B), (4, C))], null, s_uncommitted)
            .Op(3, OpType.Ok, OpFunction.Poll, [Poll(Y, (2, C)), Poll(X, (4, C))]);
        Assert.True(script.Check().Valid, script.Check().ToString());
        script.Op(4, OpType.Ok, OpFunction.Poll, [Poll(X, (0, A))]);
        Assert.Equal(
            [AnomalyNames.LostWrite, AnomalyNames.TornTransaction],
            script.Check().Counts.Where(count => count.Class == AnomalyClass.Bad).Select(count => count.Name));
    }

    [Fact]
    public void A_transaction_is_torn_only_once_somebody_got_beyond_its_record()
    {
        var script = new Script()
            .Ok(OpFunction.Send, Sent(Y, 3, C))
            .Ok(OpFunction.Txn, Sent(X, 0, A), Sent(Y, 5, B))
            .Ok(OpFunction.Send, Sent(Y, 8, D))
            .Op(1, OpType.Ok, OpFunction.Poll, [Poll(X, (0, A)), Poll(Y, (3, C))]);
        Assert.True(script.Check().Valid, script.Check().ToString());
        var found = Assert.Single(script.Op(2, OpType.Ok, OpFunction.Poll, [Poll(Y, (8, D))]).Find(AnomalyNames.TornTransaction));
        Assert.Equal((Y, AnomalyClass.Bad), (found.Key, found.Class));
        Assert.Equal([B], found.Values);
    }

    [Fact]
    public void A_record_that_was_acknowledged_before_its_op_timed_out_must_not_be_lost()
    {
        var script = new Script()
            .Info(OpFunction.Send, Sent(X, 0, A), Send(Y, B))
            .Ok(OpFunction.Send, Sent(X, 1, C))
            .Op(1, OpType.Ok, OpFunction.Poll, [Poll(X, (1, C))]);
        Assert.Equal([A], Assert.Single(script.Find(AnomalyNames.LostWrite)).Values);
    }

    [Fact]
    public void Offsets_of_an_excused_group_may_be_lost()
    {
        var consumer = new ConsumerTraits("g");
        var script = new Script()
            .Op(0, OpType.Ok, OpFunction.CommitOffsets, [new CommitOffsetMop(X, 5)], null, consumer)
            .Op(0, OpType.Ok, OpFunction.FetchOffsets, [new FetchOffsetMop(X)], null, consumer);
        Assert.Equal(AnomalyClass.Bad, Assert.Single(script.Find(AnomalyNames.CommittedOffsetLost)).Class);
        var options = CheckOptions.Default with { GroupsWithExcusedLoss = ["g"] };
        Assert.Equal(AnomalyClass.Excused, Assert.Single(script.Find(AnomalyNames.CommittedOffsetLost, options)).Class);
    }

    [Fact]
    public void Offsets_of_a_transaction_bind_only_a_stable_fetch()
    {
        var transaction = new ProducerTraits(TransactionalId: "t");
        var script = new Script()
            .Op(0, OpType.Ok, OpFunction.Txn, [new CommitOffsetMop(X, 5)], transaction, new ConsumerTraits("g"))
            .Op(1, OpType.Ok, OpFunction.FetchOffsets, [new FetchOffsetMop(X)], null, s_uncommitted with { Group = "g" });
        Assert.Empty(script.Find(AnomalyNames.CommittedOffsetLost));
        script.Op(1, OpType.Ok, OpFunction.FetchOffsets, [new FetchOffsetMop(X)], null, new ConsumerTraits("g"));
        Assert.Single(script.Find(AnomalyNames.CommittedOffsetLost));
    }

    [Fact]
    public void A_fetch_may_return_any_commit_that_was_under_way()
    {
        var consumer = new ConsumerTraits("g");
        var script = new Script().Op(0, OpType.Ok, OpFunction.CommitOffsets, [new CommitOffsetMop(X, 1)], null, consumer);
        var second = script.Begin(0, OpFunction.CommitOffsets, [new CommitOffsetMop(X, 2)], null, consumer);
        var third = script.Begin(1, OpFunction.CommitOffsets, [new CommitOffsetMop(X, 3)], null, consumer);
        Fetch(1, 3, 2, 3);
        script.End(second, OpType.Ok, new CommitOffsetMop(X, 2)).End(third, OpType.Info, new CommitOffsetMop(X, 3));
        Fetch(2, 3, 2);
        Assert.DoesNotContain(script.Check().Anomalies, anomaly => anomaly.Class == AnomalyClass.Bad);
        Fetch(1);
        Assert.Equal([2, 1], Assert.Single(script.Find(AnomalyNames.CommittedOffsetLost)).Offsets);

        void Fetch(params long[] offsets)
        {
            foreach (var offset in offsets)
            {
                script.Op(2, OpType.Ok, OpFunction.FetchOffsets, [new FetchOffsetMop(X, offset)], null, consumer);
            }
        }
    }

    [Fact]
    public void The_last_stable_offset_may_stand_still_before_the_healing_and_as_long_as_a_transaction_lives()
    {
        var script = new Script();
        List(1, 5).Wait(1000);
        List(1, 5).Wait(50);
        List(1, 6);
        var options = CheckOptions.Default with { LastStableStandstillMaxNs = 100 };
        Assert.Single(script.Find(AnomalyNames.StuckLastStableOffset, options));
        Assert.Empty(script.Find(AnomalyNames.StuckLastStableOffset, options with { HealedAtNs = 1000 }));
        Assert.Empty(script.Find(AnomalyNames.StuckLastStableOffset));
        script.Wait(100);
        List(2, 6);
        Assert.Empty(script.Find(AnomalyNames.StuckLastStableOffset, options with { HealedAtNs = 1000 }));

        Script List(long stable, long high) => script.Ok(OpFunction.ListOffsets, new LogOffsetsMop(X, 0, stable, high));
    }

    [Fact]
    public void Only_so_many_anomalies_are_listed_but_all_are_counted()
    {
        var script = new Script();
        for (var value = 0; value < 20; value++)
        {
            script.Op(value, OpType.Ok, OpFunction.Poll, [Poll(X, (value, value))]);
        }

        var verdict = script.Check(CheckOptions.Default with { ListedMax = 3 });
        Assert.Equal(3, verdict.Anomalies.Count);
        Assert.Equal([new AnomalyCount(AnomalyNames.Phantom, AnomalyClass.Bad, 20)], verdict.Counts);
    }
}
