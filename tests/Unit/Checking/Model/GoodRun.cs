using Deterministic.Checking.Histories;
using Deterministic.Tests.Shared;

namespace Deterministic.Checking.Tests.Model;

/// <summary>
/// Runs clients of all kinds, interleaved by a seed, against a model cluster that keeps every promise. Time-outs, aborts,
/// crashes, fencing and rebalances happen; nothing is ever wrong.
/// </summary>
internal sealed partial class GoodRun
{
    private const int StepsMax = 300;

    private readonly SeededRandom _random;
    private readonly HistoryRecorder _recorder;
    private readonly List<ModelLog> _data = [];
    private readonly List<ModelLog> _inputs = [];
    private readonly ModelLog _output = new(new LogKey("out", 0));
    private readonly Dictionary<string, (ModelTxn? Txn, int Epoch)> _transactional = [];
    private readonly Dictionary<int, int> _epochs = [];
    private readonly ModelGroup _readers;
    private readonly ModelGroup _pipeline;
    private long _now;
    private long _value;
    private int _process;
    private bool _stopping;

    private GoodRun(ulong seed)
    {
        _random = new SeededRandom(seed);
        _recorder = new HistoryRecorder(() => _now += 1000 + _random.Next(1_000_000));
        for (var partition = 0; partition < 3; partition++)
        {
            _data.Add(new ModelLog(new LogKey("data", partition)));
        }

        _inputs.Add(new ModelLog(new LogKey("in", 0)));
        _inputs.Add(new ModelLog(new LogKey("in", 1)));
        _readers = new ModelGroup("readers", _data);
        _pipeline = new ModelGroup("pipeline", _inputs);
    }

    private IEnumerable<ModelLog> Logs => _data.Concat(_inputs).Append(_output);

    /// <summary>A valid history with final polls, and the options to judge it by.</summary>
    public static (History History, CheckOptions Options) Make(ulong seed)
    {
        var run = new GoodRun(seed);
        run.Play();
        var options = CheckOptions.Default with
        {
            FinalPollsFrom = run._recorder.Count,
            HealedAtNs = run._now,
            LastStableStandstillMaxNs = 60_000_000_000,
        };
        run.PollFinally();
        return (run._recorder.ToHistory(), options);
    }

    private void Play()
    {
        List<IEnumerator<bool>> clients =
        [
            Producer(_data, new ProducerTraits()).GetEnumerator(),
            Producer(_inputs, new ProducerTraits()).GetEnumerator(),
            Producer(_data, new ProducerTraits(Idempotent: false)).GetEnumerator(),
            Transactions("tx-1").GetEnumerator(),
            Transactions("tx-1").GetEnumerator(),
            Transactions("tx-2").GetEnumerator(),
            Pipeline().GetEnumerator(),
            AssignedConsumer(IsolationLevel.ReadCommitted).GetEnumerator(),
            AssignedConsumer(IsolationLevel.ReadCommitted).GetEnumerator(),
            AssignedConsumer(IsolationLevel.ReadUncommitted).GetEnumerator(),
            GroupMember().GetEnumerator(),
            GroupMember().GetEnumerator(),
            Lister().GetEnumerator(),
        ];
        for (var step = 0; clients.Count > 0; step++)
        {
            _stopping = step > StepsMax;
            var client = clients[_random.Next(clients.Count)];
            if (!client.MoveNext())
            {
                clients.Remove(client);
            }
        }

        foreach (var (txn, _) in _transactional.Values)
        {
            txn?.End(commit: false);
        }
    }

    private void PollFinally()
    {
        var consumer = new ConsumerTraits();
        foreach (var log in Logs)
        {
            var process = ++_process;
            Mop[] assignment = [new AssignMop(log.Key)];
            _recorder.Ok(_recorder.Invoke(process, OpFunction.Assign, assignment, consumer: consumer));
            for (var position = 0L; position < log.HighWatermark;)
            {
                var token = _recorder.Invoke(process, OpFunction.Poll, [PollMop.Empty], consumer: consumer);
                _recorder.Ok(token, [new PollMop(log.Read(ref position, 20, IsolationLevel.ReadCommitted))]);
            }
        }

        List();
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    private void List()
    {
        var token = _recorder.Invoke(++_process, OpFunction.ListOffsets, Logs.Select(log => (Mop)new LogOffsetsMop(log.Key)).ToArray());
        _recorder.Ok(token, Logs.Select(log => (Mop)new LogOffsetsMop(log.Key, 0, log.LastStable, log.HighWatermark)).ToArray());
    }

    private IEnumerable<bool> Lister()
    {
        while (!_stopping)
        {
            for (var i = 0; i < 10; i++)
            {
                yield return true;
            }

            List();
        }
    }
}
