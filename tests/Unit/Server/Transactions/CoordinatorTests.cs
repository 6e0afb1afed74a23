using Deterministic.Protocol;
using Deterministic.Server.Transactions;

namespace Deterministic.Server.Tests.Transactions;

/// <summary>The state machine of the coordinator: what it answers, when it decides, and what a restart makes of each step.</summary>
public class CoordinatorTests
{
    private const short LastEpoch = short.MaxValue - 1;

    [Fact]
    public void Markers_go_out_only_once_the_decision_is_durable_and_complete_only_once_all_are_written()
    {
        var context = new CoordinatorContext();
        context.Init("a");
        context.Add("a", 100, 0, partition: 0);
        context.Add("a", 100, 0, partition: 2);
        context.Log.IsHolding = true;
        var end = context.End("a", 100, 0);
        Assert.False(end.IsThere);
        Assert.Empty(context.Markers);
        context.Log.IsHolding = false;
        context.Do(() => context.Log.Release(ErrorCode.None));
        Assert.Equal((0, 1), (end.Value.ErrorCode, (int)end.Value.ProducerEpoch));
        var marker = new TransactionMarker(100, 1, IsCommit: true, CoordinatorEpoch: 7, TransactionVersion: 2);
        Assert.Equal([(marker, new TopicPartition("t", 0)), (marker, new TopicPartition("t", 2))], context.Markers);
        Assert.Equal(TransactionState.PrepareCommit, context["a"]!.State);
        context.AnswerMarkers();
        Assert.Equal(TransactionState.CompleteCommit, context["a"]!.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_restart_goes_on_from_the_decision(bool isCommit)
    {
        var context = new CoordinatorContext();
        context.Init("a");
        context.Add("a", 100, 0);
        context.End("a", 100, 0, isCommit);
        context.Restart();
        Assert.Equal([(new TransactionMarker(100, 1, isCommit, 7, 2), new TopicPartition("t", 0))], context.Markers);
        Assert.Equal((short)ErrorCode.ConcurrentTransactions, context.End("a", 100, 0, isCommit).Value.ErrorCode);
        context.AnswerMarkers();
        Assert.Equal(isCommit ? TransactionState.CompleteCommit : TransactionState.CompleteAbort, context["a"]!.State);
        Assert.Equal(0, context.End("a", 100, 0, isCommit).Value.ErrorCode);
        context.Restart();
        Assert.Empty(context.Markers);
    }

    [Fact]
    public void A_decision_that_could_not_be_stored_never_was()
    {
        var context = new CoordinatorContext();
        context.Init("a");
        context.Add("a", 100, 0);
        context.Log.IsHolding = true;
        var end = context.End("a", 100, 0);
        var fence = context.Init("a");
        Assert.Equal((short)ErrorCode.ConcurrentTransactions, fence.Value.ErrorCode);
        context.Log.IsHolding = false;
        context.Do(() => context.Log.Release(ErrorCode.KafkaStorageError));
        Assert.Equal((short)ErrorCode.NotCoordinator, end.Value.ErrorCode);
        Assert.Equal((TransactionState.Ongoing, 0), (context["a"]!.State, (int)context["a"]!.ProducerEpoch));
        Assert.Empty(context.Markers);
        Assert.Equal(1, context.End("a", 100, 0).Value.ProducerEpoch);
    }

    [Fact]
    public void A_marker_that_was_refused_is_written_again_and_one_for_a_topic_that_is_gone_is_not_missed()
    {
        var context = new CoordinatorContext();
        context.Init("a");
        context.Add("a", 100, 0);
        context.End("a", 100, 0);
        context.AnswerMarkers(ErrorCode.NotLeaderOrFollower);
        Assert.Empty(context.Markers);
        context.Advance(150);
        Assert.Single(context.Markers);
        Assert.Equal(TransactionState.PrepareCommit, context["a"]!.State);
        context.AnswerMarkers(ErrorCode.UnknownTopicOrPartition);
        Assert.Equal(TransactionState.CompleteCommit, context["a"]!.State);
    }

    [Fact]
    public void An_epoch_that_is_used_up_gives_way_to_a_new_producer_id_at_the_end_of_a_transaction()
    {
        var context = Exhausted();
        context.Add("a", 100, LastEpoch);
        var end = context.End("a", 100, LastEpoch).Value;
        Assert.Equal((0, 101L, 0), (end.ErrorCode, end.ProducerId, (int)end.ProducerEpoch));
        Assert.Equal((100L, short.MaxValue), (context.Markers[0].Marker.ProducerId, context.Markers[0].Marker.ProducerEpoch));
        context.AnswerMarkers();
        Assert.Equal((101L, 100L, 0), (context["a"]!.ProducerId, context["a"]!.PreviousProducerId, (int)context["a"]!.ProducerEpoch));

        // The answer was lost: the client knows only the old id.
        var again = context.End("a", 100, LastEpoch).Value;
        Assert.Equal((0, 101L, 0), (again.ErrorCode, again.ProducerId, (int)again.ProducerEpoch));
        Assert.Equal(ErrorCode.InvalidProducerIdMapping, context.Add("a", 100, LastEpoch).Value);
    }

    [Fact]
    public void An_epoch_that_is_used_up_gives_way_to_a_new_producer_id_when_the_id_is_taken_over()
    {
        var context = Exhausted();
        var next = context.Init("a").Value;
        Assert.Equal((0, 101L, 0), (next.ErrorCode, next.ProducerId, (int)next.ProducerEpoch));
    }

    [Fact]
    public void A_producer_that_names_itself_raises_its_epoch_and_may_ask_again_for_a_lost_answer()
    {
        var context = new CoordinatorContext();
        context.Init("a");
        Assert.Equal(1, context.Init("a", 100, 0).Value.ProducerEpoch);
        Assert.Equal(1, context.Init("a", 100, 0).Value.ProducerEpoch);
        Assert.Equal(2, context.Init("a", 100, 1).Value.ProducerEpoch);
        Assert.Equal((short)ErrorCode.ProducerFenced, context.Init("a", 100, 0).Value.ErrorCode);
        Assert.Equal((short)ErrorCode.ProducerFenced, context.Init("a", 99, 0).Value.ErrorCode);

        // Another producer took the id over: the one before is fenced, whatever it names.
        Assert.Equal(3, context.Init("a").Value.ProducerEpoch);
        Assert.Equal((short)ErrorCode.ProducerFenced, context.Init("a", 100, 2).Value.ErrorCode);
    }

    [Fact]
    public void An_implied_addition_waits_for_the_end_of_the_transaction_before_but_not_for_long()
    {
        var context = new CoordinatorContext();
        context.Init("a");
        context.Add("a", 100, 0);
        context.End("a", 100, 0);
        Assert.Equal(ErrorCode.ConcurrentTransactions, context.Add("a", 100, 1).Value);
        var patient = context.Add("a", 100, 1, partition: 1, waits: true);
        Assert.False(patient.IsThere);
        context.AnswerMarkers();
        Assert.Equal(ErrorCode.None, patient.Value);
        Assert.Equal(TransactionState.Ongoing, context["a"]!.State);

        context.End("a", 100, 1);
        var impatient = context.Add("a", 100, 2, waits: true);
        context.Advance(200);
        Assert.Equal(ErrorCode.ConcurrentTransactions, impatient.Value);
    }

    [Fact]
    public void Time_runs_out_by_the_monotonic_clock_and_a_restart_gives_no_more_of_it()
    {
        var context = new CoordinatorContext();
        context.Init("a", timeoutMs: 30_000);
        context.Add("a", 100, 0);
        context.Clock.StepWallClock(3_600_000);
        context.Advance(20_000);
        Assert.Equal(TransactionState.Ongoing, context["a"]!.State);
        context.Clock.StepWallClock(-3_600_000);
        context.Restart();
        context.Advance(5_000);
        Assert.Equal(TransactionState.Ongoing, context["a"]!.State);
        context.Advance(20_000);
        Assert.Equal((TransactionState.PrepareAbort, 1), (context["a"]!.State, (int)context["a"]!.ProducerEpoch));
    }

    [Fact]
    public void Aborting_what_was_never_begun_raises_the_epoch_and_committing_it_is_refused()
    {
        var context = new CoordinatorContext();
        context.Init("a");
        Assert.Equal((short)ErrorCode.InvalidTxnState, context.End("a", 100, 0, isCommit: true).Value.ErrorCode);
        Assert.Equal(1, context.End("a", 100, 0, isCommit: false).Value.ProducerEpoch);
        Assert.Equal(TransactionState.CompleteAbort, context["a"]!.State);

        // To clients before transaction version 2 it was aborted already.
        Assert.Equal(0, context.End("a", 100, 1, isCommit: false, clientVersion: 0).Value.ErrorCode);
        Assert.Equal((short)ErrorCode.InvalidTxnState, context.End("a", 100, 1, isCommit: true, clientVersion: 0).Value.ErrorCode);
    }

    [Fact]
    public void Who_was_replaced_by_a_producer_that_keeps_its_epoch_is_not_taken_for_one_that_asks_again()
    {
        var context = new CoordinatorContext();
        context.Init("a");
        Assert.Equal(1, context.Init("a").Value.ProducerEpoch);
        context.Add("a", 100, 1, clientVersion: 0);
        context.End("a", 100, 1, isCommit: false, clientVersion: 0);
        context.AnswerMarkers();
        Assert.Equal((TransactionState.CompleteAbort, 1), (context["a"]!.State, (int)context["a"]!.ProducerEpoch));
        Assert.Equal((short)ErrorCode.ProducerFenced, context.End("a", 100, 0, isCommit: false).Value.ErrorCode);
    }

    private static CoordinatorContext Exhausted()
    {
        var context = new CoordinatorContext();
        context.Init("a");
        var partition = context.Coordinator.Partitions[0];
        var worn = partition.Find("a")!.Metadata! with { ProducerEpoch = LastEpoch };
        context.Do(() => partition.Append(partition.Find("a")!, worn, static _ => { }));
        return context;
    }
}
