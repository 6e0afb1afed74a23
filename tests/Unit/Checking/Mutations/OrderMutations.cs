using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Tests.Mutations;

/// <summary>The order in which one client polls and sends.</summary>
internal static class OrderMutations
{
    public static IEnumerable<Mutation> All =>
    [
        new("a record left out inside a poll", AnomalyNames.IntPollSkip, AnomalyClass.Bad, LeftOutInside),
        new("two records of a poll swapped", AnomalyNames.IntNonmonotonicPoll, AnomalyClass.Bad, editor => Inside(editor, records => [records[1], records[0], .. records.Skip(2)])),
        new("a record polled twice in one op", AnomalyNames.IntNonmonotonicPoll, AnomalyClass.Bad, editor => Inside(editor, records => [records[0], .. records])),
        new("the last record of a poll left out", AnomalyNames.PollSkip, AnomalyClass.Bad, LeftOutBetween),
        new("the last record of a poll polled again", AnomalyNames.NonmonotonicPoll, AnomalyClass.Bad, PolledAgain),
        new("a foreign record between two sends", AnomalyNames.IntSendSkip, AnomalyClass.Allowed, ForeignBetween),
        new("two sends of an op inverted", AnomalyNames.IntNonmonotonicSend, AnomalyClass.Bad, InvertedInside),
        new("two ops of a producer inverted", AnomalyNames.NonmonotonicSend, AnomalyClass.Bad, InvertedBetween),
    ];

    private static bool LeftOutInside(HistoryEditor editor)
    {
        foreach (var op in editor.OkOps.Where(op => op.Rebalances.Count == 0))
        {
            foreach (var key in HistoryEditor.KeysOf(op))
            {
                var records = HistoryEditor.RecordsOf(op, key);
                if (records.Count >= 3 && records.Skip(1).SkipLast(1).FirstOrDefault(editor.IsSafe) is var middle && middle != default)
                {
                    editor.SetRecords(op, key, records.Where(record => record != middle));
                    return true;
                }
            }
        }

        return false;
    }

    private static bool Inside(HistoryEditor editor, Func<IReadOnlyList<PolledRecord>, IEnumerable<PolledRecord>> spoil)
    {
        foreach (var op in editor.OkOps.Where(op => op.Rebalances.Count == 0 && op.Consumer.Isolation == IsolationLevel.ReadCommitted))
        {
            foreach (var key in HistoryEditor.KeysOf(op))
            {
                var records = HistoryEditor.RecordsOf(op, key);
                if (records.Count >= 2)
                {
                    editor.SetRecords(op, key, spoil(records).ToList());
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Two ok polls of one log by one process that only assigns, with no op of its between that moves its position.</summary>
    private static IEnumerable<(Op Earlier, Op Later, LogKey Key)> Neighbours(HistoryEditor editor)
    {
        var subscribers = editor.Ops.Where(op => op.Function == OpFunction.Subscribe).Select(op => op.Process).ToHashSet();
        foreach (var earlier in editor.OkOps.Where(op => !subscribers.Contains(op.Process) && op.Consumer.Isolation == IsolationLevel.ReadCommitted))
        {
            foreach (var key in HistoryEditor.KeysOf(earlier))
            {
                var later = editor.Ops.Skip(earlier.Index + 1).FirstOrDefault(op => op.Process == earlier.Process && op.Type == OpType.Ok
                    && (op.Function == OpFunction.Assign || HistoryEditor.RecordsOf(op, key).Count > 0));
                if (later is not null && later.Function != OpFunction.Assign)
                {
                    yield return (earlier, later, key);
                }
            }
        }
    }

    private static bool LeftOutBetween(HistoryEditor editor)
    {
        foreach (var (earlier, _, key) in Neighbours(editor))
        {
            var records = HistoryEditor.RecordsOf(earlier, key);
            if (records.Count >= 2 && editor.IsSafe(records[^1]))
            {
                editor.SetRecords(earlier, key, records.SkipLast(1).ToList());
                return true;
            }
        }

        return false;
    }

    private static bool PolledAgain(HistoryEditor editor)
    {
        foreach (var (earlier, later, key) in Neighbours(editor))
        {
            var again = HistoryEditor.RecordsOf(earlier, key)[^1];
            editor.SetRecords(later, key, [again, .. HistoryEditor.RecordsOf(later, key)]);
            return true;
        }

        return false;
    }

    /// <summary>Pairs of safe records that stand next to each other in a log.</summary>
    private static List<(PolledRecord Left, PolledRecord Right)> Pairs(HistoryEditor editor) => editor.Shuffle(editor.Final.Values
        .SelectMany(records => records.Zip(records.Skip(1)))
        .Where(pair => editor.IsSafe(pair.First) && editor.IsSafe(pair.Second)));

    private static bool ForeignBetween(HistoryEditor editor)
    {
        foreach (var (left, right) in Pairs(editor))
        {
            var next = editor.Final[left.Key].Find(record => record.Offset > right.Offset);
            var writer = editor.WriterOf(left.Key, left.Value);
            if (writer == editor.WriterOf(right.Key, right.Value) && IsLastOf(writer, right) && next != default && editor.IsSafe(next)
                && editor.WriterOf(next.Key, next.Value) is var other && other != writer && other.Mops.OfType<SendMop>().Count(send => send.Key == next.Key) == 1)
            {
                editor.SwapInLog(right, next);
                return true;
            }
        }

        return false;

        static bool IsLastOf(Op writer, PolledRecord record) => writer.Mops.OfType<SendMop>().Last(send => send.Key == record.Key).Value == record.Value;
    }

    private static bool InvertedInside(HistoryEditor editor)
    {
        foreach (var (left, right) in Pairs(editor))
        {
            if (editor.WriterOf(left.Key, left.Value) == editor.WriterOf(right.Key, right.Value))
            {
                editor.SwapInLog(left, right);
                return true;
            }
        }

        return false;
    }

    private static bool InvertedBetween(HistoryEditor editor)
    {
        foreach (var (left, right) in Pairs(editor))
        {
            var (earlier, later) = (editor.WriterOf(left.Key, left.Value), editor.WriterOf(right.Key, right.Value));
            if (earlier != later && earlier.Process == later.Process)
            {
                editor.SwapInLog(left, right);
                return true;
            }
        }

        return false;
    }
}
