using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Tests.Mutations;

/// <summary>What is in a log, and what is not.</summary>
internal static class LogMutations
{
    public static IEnumerable<Mutation> All =>
    [
        new("acknowledged at an offset that another record has", AnomalyNames.InconsistentOffsets, AnomalyClass.Bad, CollidingAcks),
        new("another value polled at an offset", AnomalyNames.InconsistentOffsets, AnomalyClass.Bad, OtherValuePolled),
        new("polled again at a later offset", AnomalyNames.Duplicate, AnomalyClass.Bad, PolledTwice),
        new("never polled", AnomalyNames.LostWrite, AnomalyClass.Bad, NeverPolled),
        new("never polled within the budget", AnomalyNames.LostWrite, AnomalyClass.Excused, LostWithinBudget),
        new("never polled beyond the budget", AnomalyNames.UnboundedLoss, AnomalyClass.Bad, LostBeyondBudget),
        new("last record never polled", AnomalyNames.Unseen, AnomalyClass.Bad, TailNeverPolled),
        new("write was said to have failed", AnomalyNames.AbortedRead, AnomalyClass.Bad, SaidToHaveFailed),
        new("value that nobody sent", AnomalyNames.Phantom, AnomalyClass.Bad, NeverSent),
        new("polled before it was sent", AnomalyNames.Phantom, AnomalyClass.Bad, PolledFromTheFuture),
    ];

    public static bool PolledFromTheFuture(HistoryEditor editor)
    {
        foreach (var record in editor.Safe)
        {
            var sent = editor.InvocationOf(editor.WriterOf(record.Key, record.Value)).Index;
            var polls = editor.OkOps.Where(op => op.Index < sent && op.Function == OpFunction.Poll && op.Consumer.Isolation == IsolationLevel.ReadCommitted);
            if (polls.FirstOrDefault() is { } poll)
            {
                editor.Add(poll, new PollMop([record]));
                return true;
            }
        }

        return false;
    }

    private static bool CollidingAcks(HistoryEditor editor)
    {
        foreach (var record in editor.Safe)
        {
            var other = editor.Safe.FirstOrDefault(other => other.Key == record.Key && other != record);
            if (other != default)
            {
                var writer = editor.WriterOf(record.Key, record.Value);
                editor.Replace(writer, writer with
                {
                    Mops = writer.Mops.Select(mop => mop is SendMop send && send.Value == record.Value ? send with { Offset = other.Offset } : mop).ToArray(),
                });
                return true;
            }
        }

        return false;
    }

    private static bool OtherValuePolled(HistoryEditor editor)
    {
        foreach (var record in editor.Safe)
        {
            var poll = editor.OkOps.FirstOrDefault(op => HistoryEditor.RecordsOf(op, record.Key).Count > 0);
            var place = HistoryEditor.RecordsOf(poll!, record.Key)[0];
            if (place.Value != record.Value && editor.IsSafe(place))
            {
                editor.SetRecords(poll!, record.Key, [place with { Value = record.Value }, .. HistoryEditor.RecordsOf(poll!, record.Key).Skip(1)]);
                return true;
            }
        }

        return false;
    }

    private static bool PolledTwice(HistoryEditor editor)
    {
        var record = editor.Safe.FirstOrDefault();
        var poll = editor.OkOps.FirstOrDefault(op => HistoryEditor.RecordsOf(op, record.Key).Count > 0);
        if (record == default || poll is null)
        {
            return false;
        }

        editor.Add(poll, new PollMop([record with { Offset = editor.FreshOffset(record.Key) }]));
        return true;
    }

    private static bool NeverPolled(HistoryEditor editor)
    {
        var record = editor.Safe.FirstOrDefault(record => !editor.IsLast(record));
        if (record == default)
        {
            return false;
        }

        editor.Hide(record.Key, record.Value);
        return true;
    }

    private static bool LostWithinBudget(HistoryEditor editor)
    {
        var record = editor.Safe.FirstOrDefault(record => !editor.IsLast(record));
        if (record == default)
        {
            return false;
        }

        editor.Hide(record.Key, record.Value);
        var acked = editor.WriterOf(record.Key, record.Value).TimeNs;
        editor.Options = editor.Options with
        {
            ExcusedLoss = [new LossExcuse(record.Key) { AckedFromNs = acked, AckedToNs = acked, RecordsMax = 1 }],
        };
        return true;
    }

    private static bool LostBeyondBudget(HistoryEditor editor)
    {
        var key = editor.Safe.FirstOrDefault().Key;
        var lost = editor.Safe.Where(record => record.Key == key).Take(2 + editor.Next(3)).ToList();
        if (lost.Count < 2)
        {
            return false;
        }

        lost.ForEach(record => editor.Hide(key, record.Value));
        editor.Options = editor.Options with { ExcusedLoss = [new LossExcuse(key) { RecordsMax = lost.Count - 1 }] };
        return true;
    }

    private static bool TailNeverPolled(HistoryEditor editor)
    {
        foreach (var records in editor.Shuffle(editor.Final.Values))
        {
            if (editor.IsSafe(records[^1]))
            {
                editor.Hide(records[^1].Key, records[^1].Value);
                return true;
            }
        }

        return false;
    }

    private static bool SaidToHaveFailed(HistoryEditor editor)
    {
        var record = editor.Safe.FirstOrDefault();
        if (record == default)
        {
            return false;
        }

        var writer = editor.WriterOf(record.Key, record.Value);
        editor.Replace(writer, writer with { Type = OpType.Fail, Error = "INVALID_TXN_STATE" });
        return true;
    }

    private static bool NeverSent(HistoryEditor editor)
    {
        var record = editor.Safe.FirstOrDefault();
        var poll = editor.OkOps.FirstOrDefault(op => HistoryEditor.RecordsOf(op, record.Key).Count > 0);
        if (record == default || poll is null)
        {
            return false;
        }

        editor.Add(poll, new PollMop([new PolledRecord(record.Key, editor.FreshOffset(record.Key), editor.FreshValue())]));
        return true;
    }
}
