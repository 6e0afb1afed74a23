using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Tests.Mutations;

/// <summary>Transactions, their producers, and pipelines of them.</summary>
internal static class TransactionMutations
{
    public static IEnumerable<Mutation> All =>
    [
        new("a record of a transaction that nobody saw", AnomalyNames.IntermediateRead, AnomalyClass.Bad, HiddenInOneLog),
        new("a record of a transaction that one poll left out", AnomalyNames.IntermediateRead, AnomalyClass.Bad, LeftOutOfOnePoll),
        new("a log of a transaction that nobody saw", AnomalyNames.TornTransaction, AnomalyClass.Bad, HiddenInAnotherLog),
        new("a transaction polls its own record", AnomalyNames.PrecommittedRead, AnomalyClass.Bad, OwnRecord),
        new("two transactions in opposite orders", AnomalyNames.G0, AnomalyClass.Allowed, OppositeOrders),
        new("two transactions poll each other", AnomalyNames.G1c, AnomalyClass.Bad, PollEachOther),
        new("a transaction is polled before its commit", AnomalyNames.G1cRealtime, AnomalyClass.Bad, PolledThroughTheClock),
        new("polled before it was sent, as a cycle", AnomalyNames.G1cRealtime, AnomalyClass.Bad, LogMutations.PolledFromTheFuture),
        new("a transaction of a producer whose id another took", AnomalyNames.ZombieCommit, AnomalyClass.Bad, FencedByAnother),
        new("a transaction of a producer that was told", AnomalyNames.ZombieCommit, AnomalyClass.Bad, FencedByError),
        new("a second output of an input", AnomalyNames.ExactlyOnceDuplicate, AnomalyClass.Bad, SecondOutput),
        new("no output of an input", AnomalyNames.ExactlyOnceMissing, AnomalyClass.Bad, NoOutput),
    ];

    private static bool HiddenInOneLog(HistoryEditor editor)
    {
        foreach (var record in editor.Safe)
        {
            var writer = editor.WriterOf(record.Key, record.Value);
            if (writer.IsTransaction && editor.Final[record.Key].Exists(other => other.Offset > record.Offset && editor.WriterOf(other.Key, other.Value) == writer))
            {
                editor.Hide(record.Key, record.Value);
                return true;
            }
        }

        return false;
    }

    private static bool LeftOutOfOnePoll(HistoryEditor editor)
    {
        foreach (var op in editor.OkOps.Where(op => op.Consumer.Isolation == IsolationLevel.ReadCommitted && op.Rebalances.Count == 0))
        {
            foreach (var key in HistoryEditor.KeysOf(op))
            {
                var records = HistoryEditor.RecordsOf(op, key);
                for (var i = 1; i < records.Count - 1; i++)
                {
                    var writer = editor.WriterOf(key, records[i].Value);
                    var before = editor.WriterOf(key, records[i - 1].Value);
                    if (writer.IsTransaction && before == writer && editor.IsSafe(records[i]))
                    {
                        editor.SetRecords(op, key, records.Where((_, place) => place != i).ToList());
                        return true;
                    }
                }
            }
        }

        return false;
    }

    private static bool HiddenInAnotherLog(HistoryEditor editor)
    {
        foreach (var op in editor.OkOps.Where(op => op.IsTransaction))
        {
            var keys = op.Mops.OfType<SendMop>().Select(send => send.Key).Distinct().ToList();
            if (keys.Count < 2 || !editor.Final[keys[0]].Exists(record => editor.WriterOf(record.Key, record.Value) != op))
            {
                continue;
            }

            foreach (var send in op.Mops.OfType<SendMop>().Where(send => send.Key == keys[0]))
            {
                editor.Hide(send.Key, send.Value);
            }

            return true;
        }

        return false;
    }

    private static bool OwnRecord(HistoryEditor editor)
    {
        foreach (var op in editor.OkOps.Where(op => op.IsTransaction))
        {
            if (op.Mops.OfType<SendMop>().FirstOrDefault() is { } send)
            {
                editor.Add(op, new PollMop([new PolledRecord(send.Key, send.Offset!.Value, send.Value)]));
                return true;
            }
        }

        return false;
    }

    private static (SendMop First, SendMop Second) FreshSends(HistoryEditor editor, LogKey key, bool secondFirst = false)
    {
        var offset = editor.FreshOffset(key);
        return (new SendMop(key, editor.FreshValue(), secondFirst ? offset + 1 : offset), new SendMop(key, editor.FreshValue(), secondFirst ? offset : offset + 1));
    }

    private static PollMop PollOf(SendMop send) => new([new PolledRecord(send.Key, send.Offset!.Value, send.Value)]);

    private static bool OppositeOrders(HistoryEditor editor)
    {
        var keys = editor.Shuffle(editor.Final.Keys);
        var (process, other) = (editor.FreshProcess(), editor.FreshProcess() + 1);
        var (x1, x2) = FreshSends(editor, keys[0]);
        var (y1, y2) = FreshSends(editor, keys[1], secondFirst: true);
        var first = HistoryEditor.Whole(process, OpType.Ok, OpFunction.Txn, [x1, y1]);
        var second = HistoryEditor.Whole(other, OpType.Ok, OpFunction.Txn, [x2, y2]);
        editor.Insert(editor.AnyPlace(), first[0], second[0], first[1], second[1]);
        return true;
    }

    private static bool PollEachOther(HistoryEditor editor)
    {
        var keys = editor.Shuffle(editor.Final.Keys);
        var (process, other) = (editor.FreshProcess(), editor.FreshProcess() + 1);
        var (x, _) = FreshSends(editor, keys[0]);
        var (y, _) = FreshSends(editor, keys[1]);
        var first = HistoryEditor.Whole(process, OpType.Ok, OpFunction.Txn, [x, PollOf(y)]);
        var second = HistoryEditor.Whole(other, editor.Next(2) == 0 ? OpType.Ok : OpType.Info, OpFunction.Txn, [y, PollOf(x)]);
        editor.Insert(editor.AnyPlace(), first[0], second[0], second[1], first[1]);
        return true;
    }

    /// <summary>A long transaction is polled, then a second one begins, and its record is polled by the long one.</summary>
    private static bool PolledThroughTheClock(HistoryEditor editor)
    {
        var keys = editor.Shuffle(editor.Final.Keys);
        var process = editor.FreshProcess();
        var (x, _) = FreshSends(editor, keys[0]);
        var (y, _) = FreshSends(editor, keys[1]);
        var slow = HistoryEditor.Whole(process, OpType.Ok, OpFunction.Txn, [x, PollOf(y)]);
        var poll = HistoryEditor.Whole(process + 1, OpType.Ok, OpFunction.Poll, [PollOf(x)]);
        var fast = HistoryEditor.Whole(process + 2, OpType.Ok, OpFunction.Send, [y]);
        editor.Insert(editor.AnyPlace(), [slow[0], .. poll, .. fast, slow[1]]);
        return true;
    }

    private static Op[] Zombie(HistoryEditor editor, int process, ProducerTraits traits) => HistoryEditor.Whole(
        process, OpType.Ok, OpFunction.Txn, [FreshSends(editor, editor.Shuffle(editor.Final.Keys)[0]).First], traits);

    private static bool FencedByAnother(HistoryEditor editor)
    {
        foreach (var init in editor.OkOps.Where(op => op.Function == OpFunction.InitProducer))
        {
            var begun = editor.InvocationOf(init).Index;
            var fenced = editor.OkOps.FirstOrDefault(op => op.Function == OpFunction.InitProducer && op.Index < begun
                && op.Producer == init.Producer && op.Process != init.Process);
            var place = fenced is null ? -1 : editor.IdlePlace(fenced.Process, init.Index + 1);
            if (place >= 0)
            {
                editor.Insert(place, Zombie(editor, fenced!.Process, fenced.Producer));
                return true;
            }
        }

        return false;
    }

    private static bool FencedByError(HistoryEditor editor)
    {
        var told = editor.Shuffle(editor.Ops.Where(op => op.Error == "PRODUCER_FENCED")).FirstOrDefault();
        var place = told is null ? -1 : editor.IdlePlace(told.Process, told.Index + 1);
        if (place < 0)
        {
            return false;
        }

        editor.Insert(place, Zombie(editor, told!.Process, told.Producer));
        return true;
    }

    private static bool SecondOutput(HistoryEditor editor)
    {
        foreach (var op in editor.OkOps)
        {
            if (op.Mops.OfType<SendMop>().FirstOrDefault(send => send.Source is not null) is { } send)
            {
                var again = send with { Value = editor.FreshValue(), Offset = editor.FreshOffset(send.Key) };
                editor.Insert(editor.AnyPlace(), HistoryEditor.Whole(editor.FreshProcess(), OpType.Ok, OpFunction.Txn, [again], null, op.Consumer));
                return true;
            }
        }

        return false;
    }

    private static bool NoOutput(HistoryEditor editor)
    {
        var outputs = editor.Ops.Where(op => op.Type is OpType.Ok or OpType.Info)
            .SelectMany(op => op.Mops.OfType<SendMop>().Where(send => send.Source is not null).Select(send => (Op: op, Send: send))).ToList();
        foreach (var (op, send) in editor.Shuffle(outputs.Where(output => output.Op.Type == OpType.Ok)))
        {
            var source = send.Source!.Value;
            var input = editor.Final[source.Key].Find(record => record.Value == source.Value);
            if (editor.IsSafe(input)
                && outputs.Count(output => output.Send.Source == source) == 1
                && outputs.Exists(output => output.Op.Type == OpType.Ok && output.Send.Source!.Value.Key == source.Key
                    && editor.Final[source.Key].Exists(record => record.Value == output.Send.Source!.Value.Value && record.Offset > input.Offset)))
            {
                editor.Replace(op, op with { Mops = op.Mops.Select(mop => mop == send ? send with { Source = null } : mop).ToArray() });
                return true;
            }
        }

        return false;
    }
}
