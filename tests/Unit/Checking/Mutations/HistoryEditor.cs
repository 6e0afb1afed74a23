using Deterministic.Checking.Histories;
using Deterministic.Tests.Shared;

namespace Deterministic.Checking.Tests.Mutations;

/// <summary>A good history to be spoiled: finds places by chance and rewrites ops, so that the history stays well formed.</summary>
internal sealed class HistoryEditor
{
    private readonly SeededRandom _random;
    private readonly List<Op> _ops;
    private readonly Dictionary<(LogKey Key, long Value), int> _writers = [];

    public HistoryEditor(History history, CheckOptions options, ulong seed)
    {
        _ops = [.. history.Ops];
        Options = options;
        _random = new SeededRandom(seed);
        ReadFinalPolls();
        foreach (var op in _ops.Where(op => op.Type != OpType.Invoke))
        {
            foreach (var send in op.Mops.OfType<SendMop>())
            {
                _writers[(send.Key, send.Value)] = op.Index;
            }
        }
    }

    public CheckOptions Options { get; set; }

    public IReadOnlyList<Op> Ops => _ops;

    /// <summary>Completed ops that succeeded, in an order of chance.</summary>
    public IEnumerable<Op> OkOps => Shuffle(_ops.Where(op => op.Type == OpType.Ok));

    /// <summary>What the final polls of the good history read, for each log in its order.</summary>
    public SortedDictionary<LogKey, List<PolledRecord>> Final { get; } = [];

    /// <summary>Records of the final polls that ok ops of idempotent producers wrote, in an order of chance.</summary>
    public IEnumerable<PolledRecord> Safe => Shuffle(Final.Values.SelectMany(records => records).Where(IsSafe));

    public History History() => new(_ops);

    public int Next(int bound) => _random.Next(bound);

    public List<T> Shuffle<T>(IEnumerable<T> items)
    {
        var list = items.ToList();
        for (var i = list.Count - 1; i > 0; i--)
        {
            var j = _random.Next(i + 1);
            (list[i], list[j]) = (list[j], list[i]);
        }

        return list;
    }

    /// <summary>The completion that sent the value; ask before ops are inserted.</summary>
    public Op WriterOf(LogKey key, long value) => _ops[_writers[(key, value)]];

    public bool IsSafe(PolledRecord record) => WriterOf(record.Key, record.Value) is { Type: OpType.Ok, Producer.Idempotent: true };

    public bool IsLast(PolledRecord record) => Final[record.Key][^1] == record;

    public Op InvocationOf(Op op) => _ops.Last(line => line.Index < op.Index && line.Process == op.Process && line.Type == OpType.Invoke);

    public static IReadOnlyList<PolledRecord> RecordsOf(Op op, LogKey key) =>
        op.Mops.OfType<PollMop>().SelectMany(poll => poll.Records).Where(record => record.Key == key).ToList();

    public static IEnumerable<LogKey> KeysOf(Op op) =>
        op.Mops.OfType<PollMop>().SelectMany(poll => poll.Records).Select(record => record.Key).Distinct();

    public void Replace(Op op, Op by) => _ops[op.Index] = by;

    public void Add(Op op, params Mop[] mops) => Replace(op, op with { Mops = [.. op.Mops, .. mops] });

    /// <summary>Rewrites the records that an op polled from one log, all of them in its first poll.</summary>
    public void SetRecords(Op op, LogKey key, IEnumerable<PolledRecord> records)
    {
        var others = op.Mops.Where(mop => mop is not PollMop);
        var rest = op.Mops.OfType<PollMop>().SelectMany(poll => poll.Records).Where(record => record.Key != key);
        Replace(op, op with { Mops = [new PollMop([.. records, .. rest]), .. others] });
    }

    /// <summary>Nobody ever polled the record.</summary>
    public void Hide(LogKey key, long value)
    {
        foreach (var op in _ops.ToList())
        {
            var records = RecordsOf(op, key);
            if (records.Any(record => record.Value == value))
            {
                SetRecords(op, key, records.Where(record => record.Value != value));
            }
        }
    }

    /// <summary>Two records change places, for everybody.</summary>
    public void SwapInLog(PolledRecord a, PolledRecord b)
    {
        foreach (var op in _ops.ToList())
        {
            Replace(op, op with { Mops = op.Mops.Select(Swap).ToArray() });
        }

        Mop Swap(Mop mop) => mop switch
        {
            SendMop send when send.Key == a.Key && send.Offset == a.Offset => send with { Offset = b.Offset },
            SendMop send when send.Key == a.Key && send.Offset == b.Offset => send with { Offset = a.Offset },
            PollMop poll => new PollMop(poll.Records.Select(SwapRecord).ToArray()),
            _ => mop,
        };

        PolledRecord SwapRecord(PolledRecord record) =>
            record.Key != a.Key ? record
            : record.Offset == a.Offset ? record with { Value = b.Value }
            : record.Offset == b.Offset ? record with { Value = a.Value } : record;
    }

    /// <summary>An offset that no record has.</summary>
    public long FreshOffset(LogKey key) => Final[key][^1].Offset + 100;

    public long FreshValue() => 1_000_000 + _random.Next(1_000_000_000);

    public int FreshProcess() => _ops.Max(op => op.Process) + 1;

    /// <summary>A place before the final polls, not before an index, where the process is idle.</summary>
    public int IdlePlace(int process, int from)
    {
        var busy = _ops.Take(from).Where(op => op.Process == process).Select(op => op.Type == OpType.Invoke).LastOrDefault();
        var places = new List<int>();
        for (var place = from; place <= Options.FinalPollsFrom; place++)
        {
            if (!busy)
            {
                places.Add(place);
            }

            busy = _ops[place].Process == process ? _ops[place].Type == OpType.Invoke : busy;
        }

        return places.Count == 0 ? -1 : places[_random.Next(places.Count)];
    }

    public int AnyPlace() => _random.Next(Options.FinalPollsFrom!.Value);

    /// <summary>Puts ops in; their index and time follow from the place. Returns the index behind the last one.</summary>
    public int Insert(int place, params Op[] inserted)
    {
        var time = place > 0 ? _ops[place - 1].TimeNs : 0;
        _ops.InsertRange(place, inserted.Select(op => op with { TimeNs = time }));
        for (var index = place; index < _ops.Count; index++)
        {
            _ops[index] = _ops[index] with { Index = index };
        }

        if (place <= Options.FinalPollsFrom)
        {
            Options = Options with { FinalPollsFrom = Options.FinalPollsFrom + inserted.Length };
        }

        return place + inserted.Length;
    }

    /// <summary>An op with all of its mops in the invocation too, where polls are empty.</summary>
    public static Op[] Whole(
        int process, OpType type, OpFunction function, Mop[] mops, ProducerTraits? producer = null, ConsumerTraits? consumer = null)
    {
        var op = new Op
        {
            Index = 0,
            Process = process,
            Type = OpType.Invoke,
            Function = function,
            TimeNs = 0,
            Mops = mops.Select(mop => mop is PollMop ? PollMop.Empty : mop).ToArray(),
            Producer = producer ?? ProducerTraits.Default,
            Consumer = consumer ?? ConsumerTraits.Default,
        };
        return [op, op with { Type = type, Mops = mops }];
    }

    private void ReadFinalPolls()
    {
        foreach (var op in _ops.Skip(Options.FinalPollsFrom!.Value).Where(op => op.Type == OpType.Ok))
        {
            foreach (var record in op.Mops.OfType<PollMop>().SelectMany(poll => poll.Records))
            {
                if (!Final.TryGetValue(record.Key, out var records))
                {
                    Final.Add(record.Key, records = []);
                }

                records.Add(record);
            }
        }
    }
}
