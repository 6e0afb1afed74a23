using Deterministic.Checking.Histories;
using static Deterministic.Checking.Tests.Script;

namespace Deterministic.Checking.Tests;

public sealed class HistoryRecorderTests
{
    private long _now;

    [Fact]
    public void Ops_are_numbered_and_timed_in_the_order_in_which_they_are_told()
    {
        var recorder = NewRecorder();
        var send = recorder.Invoke(1, OpFunction.Send, [Send(X, A)]);
        var poll = recorder.Invoke(2, OpFunction.Poll, [PollMop.Empty]);
        recorder.Ok(poll, [Poll(X, (0, A))]);
        recorder.Info(send, "REQUEST_TIMED_OUT");
        var history = recorder.ToHistory();
        Assert.Equal([0, 1, 2, 3], history.Ops.Select(op => op.Index));
        Assert.Equal([1L, 2, 3, 4], history.Ops.Select(op => op.TimeNs));
        Assert.Equal(history.Ops[0], history.PartnerOf(history.Ops[3]));
        Assert.Equal(history.Ops[2], history.PartnerOf(history.Ops[1]));
        Assert.Equal([Send(X, A)], history.Ops[3].Mops);
    }

    [Fact]
    public void What_was_left_open_counts_as_info()
    {
        var recorder = NewRecorder();
        recorder.Invoke(1, OpFunction.Send, [Send(X, A)]);
        var last = recorder.ToHistory().Ops[^1];
        Assert.Equal((1, OpType.Info, 1), (last.Index, last.Type, last.Process));
        Assert.Equal([Send(X, A)], last.Mops);
    }

    [Fact]
    public void A_process_does_one_op_at_a_time()
    {
        var recorder = NewRecorder();
        recorder.Invoke(1, OpFunction.Send, [Send(X, A)]);
        Assert.Contains(
            "its Send of index 0 has not completed",
            Assert.Throws<InvalidOperationException>(() => recorder.Invoke(1, OpFunction.Poll, [PollMop.Empty])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_op_completes_once()
    {
        var recorder = NewRecorder();
        var token = recorder.Invoke(1, OpFunction.Send, [Send(X, A)]);
        recorder.Ok(token);
        Assert.Throws<InvalidOperationException>(() => recorder.Fail(token, "NONE"));
        recorder.Invoke(1, OpFunction.Send, [Send(X, B)]);
        Assert.Throws<InvalidOperationException>(() => recorder.Ok(token));
    }

    [Fact]
    public void A_rebalance_goes_to_the_op_under_way_or_to_the_next()
    {
        var recorder = NewRecorder();
        recorder.Rebalanced(1, RebalanceKind.Assigned, [X]);
        var first = recorder.Invoke(1, OpFunction.Poll, [PollMop.Empty]);
        recorder.Rebalanced(1, RebalanceKind.Lost, [Y]);
        recorder.Rebalanced(2, RebalanceKind.Lost, [Y]);
        recorder.Ok(first);
        recorder.Ok(recorder.Invoke(1, OpFunction.Poll, [PollMop.Empty]));
        var ops = recorder.ToHistory().Ops;
        Assert.Equal([RebalanceKind.Assigned, RebalanceKind.Lost], ops[1].Rebalances.Select(rebalance => rebalance.Kind));
        Assert.Empty(ops[3].Rebalances);
    }

    [Fact]
    public void A_value_that_is_sent_twice_is_the_harness_s_fault()
    {
        var script = new Script().Ok(OpFunction.Send, Send(X, A)).Ok(OpFunction.Send, Send(X, A));
        Assert.Contains("values must be unique", Assert.Throws<InvalidHistoryException>(() => script.Check()).Message, StringComparison.Ordinal);
    }

    private HistoryRecorder NewRecorder() => new(() => ++_now);
}
