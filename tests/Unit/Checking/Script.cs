using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Tests;

/// <summary>Writes short histories: each call is one op, begun and completed before the next one.</summary>
internal sealed class Script
{
    public const long A = 1, B = 2, C = 3, D = 4, E = 5, F = 6, G = 7;

    private readonly HistoryRecorder _recorder;
    private long _now;

    public Script() => _recorder = new HistoryRecorder(() => ++_now);

    public static LogKey X { get; } = new("x", 0);

    public static LogKey Y { get; } = new("y", 0);

    public int Count => _recorder.Count;

    public static SendMop Send(LogKey key, long value) => new(key, value);

    public static SendMop Sent(LogKey key, long offset, long value) => new(key, value, offset);

    public static PollMop Poll(LogKey key, params (long Offset, long Value)[] records) =>
        new(records.Select(record => new PolledRecord(key, record.Offset, record.Value)).ToArray());

    public Script Ok(OpFunction function, params Mop[] mops) => Op(0, OpType.Ok, function, mops);

    public Script Fail(OpFunction function, params Mop[] mops) => Op(0, OpType.Fail, function, mops);

    public Script Info(OpFunction function, params Mop[] mops) => Op(0, OpType.Info, function, mops);

    /// <summary>Values polled one by one, each at the offset of its value.</summary>
    public Script Polls(int process, OpType type, params long[] values) =>
        Op(process, type, OpFunction.Poll, [Poll(X, values.Select(value => (value, value)).ToArray())]);

    public Script Assign(int process, OpType type, params LogKey[] keys) =>
        Op(process, type, OpFunction.Assign, keys.Select(key => (Mop)new AssignMop(key)).ToArray());

    public Script Op(
        int process, OpType type, OpFunction function, Mop[] mops,
        ProducerTraits? producer = null, ConsumerTraits? consumer = null, string error = "REQUEST_TIMED_OUT")
    {
        Complete(_recorder.Invoke(process, function, mops, producer, consumer), type, mops, error);
        return this;
    }

    public OpToken Begin(int process, OpFunction function, Mop[] mops, ProducerTraits? producer = null, ConsumerTraits? consumer = null) =>
        _recorder.Invoke(process, function, mops, producer, consumer);

    public Script End(OpToken token, OpType type, params Mop[] mops)
    {
        Complete(token, type, mops, "REQUEST_TIMED_OUT");
        return this;
    }

    public Script Rebalanced(int process, params LogKey[] keys)
    {
        _recorder.Rebalanced(process, RebalanceKind.Revoked, keys);
        return this;
    }

    public Script Wait(long ns)
    {
        _now += ns;
        return this;
    }

    public History History() => _recorder.ToHistory();

    public CheckVerdict Check(CheckOptions? options = null) => HistoryChecker.Check(History(), options ?? CheckOptions.Default);

    /// <summary>The anomalies of one name.</summary>
    public IReadOnlyList<Anomaly> Find(string name, CheckOptions? options = null) =>
        Check(options).Anomalies.Where(anomaly => anomaly.Name == name).ToList();

    private void Complete(OpToken token, OpType type, Mop[] mops, string error)
    {
        switch (type)
        {
            case OpType.Ok:
                _recorder.Ok(token, mops);
                break;
            case OpType.Fail:
                _recorder.Fail(token, error, mops);
                break;
            default:
                _recorder.Info(token, error, mops);
                break;
        }
    }
}
