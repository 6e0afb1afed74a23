using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Facts;

/// <summary>Everything that the detectors ask about a history, derived once; lives for one check.</summary>
internal sealed class HistoryFacts
{
    private readonly Dictionary<LogKey, KeyFacts> _byKey = [];

    public HistoryFacts(History history, CheckOptions options)
    {
        History = history;
        var completions = new List<OpFacts>();
        ByIndex = new OpFacts[history.Ops.Count];
        foreach (var op in history.Ops)
        {
            if (op.Type != OpType.Invoke)
            {
                var facts = new OpFacts(op, history.PartnerOf(op));
                completions.Add(facts);
                ByIndex[op.Index] = facts;
                ByIndex[facts.Invocation.Index] = facts;
            }
        }

        Completions = completions;
        completions.ForEach(ReadWrites);
        completions.ForEach(op => ReadPolls(op, options.FinalPollsFrom ?? int.MaxValue));
        Prove();
        completions.ForEach(SeeOffsets);
        Keys = [.. _byKey.Values.OrderBy(key => key.Key)];
        foreach (var key in Keys)
        {
            key.Order();
        }

        Losses = new LossRules(this, options);
    }

    public History History { get; }

    /// <summary>All completions, in the order of the history.</summary>
    public IReadOnlyList<OpFacts> Completions { get; }

    /// <summary>The completed op that an index of the history belongs to, be it the invocation's or the completion's.</summary>
    public OpFacts[] ByIndex { get; }

    /// <summary>All logs with sends or polls, sorted.</summary>
    public IReadOnlyList<KeyFacts> Keys { get; }

    public LossRules Losses { get; }

    public KeyFacts? Find(LogKey key) => _byKey.GetValueOrDefault(key);

    private KeyFacts KeyOf(LogKey key)
    {
        if (!_byKey.TryGetValue(key, out var facts))
        {
            _byKey.Add(key, facts = new KeyFacts(key));
        }

        return facts;
    }

    private void ReadWrites(OpFacts op)
    {
        foreach (var mop in op.Op.Mops)
        {
            if (mop is not SendMop send)
            {
                continue;
            }

            var key = KeyOf(send.Key);
            var value = key.ValueOf(send.Value);
            if (value.Writer is not null)
            {
                throw new InvalidHistoryException(
                    $"Op {op.Op.Index} sends {send.Value} to {send.Key}, and so does op {value.Writer.Op.Index}; values must be unique in their log.");
            }

            (value.Writer, value.Send) = (op, send);
            op.WritesOf(key).Values.Add(value);
        }
    }

    private void ReadPolls(OpFacts op, int finalFrom)
    {
        var ok = op.Op.Type == OpType.Ok;
        foreach (var mop in op.Op.Mops)
        {
            if (mop is not PollMop poll)
            {
                continue;
            }

            KeyFacts? key = null;
            foreach (var record in poll.Records)
            {
                key = key is not null && key.Key == record.Key ? key : KeyOf(record.Key);
                var value = key.ValueOf(record.Value);
                op.ReadsOf(key).Records.Add(new ReadRecord(record.Offset, value));
                if (value.Readers.Count == 0 || value.Readers[^1] != op)
                {
                    value.Readers.Add(op);
                }

                var settled = value.IsSettledFor(op);
                value.OkRead |= ok;
                value.AnyCommittedRead |= settled;
                value.OkCommittedRead |= ok && settled;
                value.FinalRead |= ok && op.Invocation.Index >= finalFrom;
            }
        }
    }

    private void Prove()
    {
        foreach (var op in Completions)
        {
            op.Proven = op.Writes.Exists(writes => writes.Values.Exists(value => value.OkCommittedRead));
        }
    }

    /// <summary>
    /// Offsets of sends count when the send must have happened. Polls count whatever became of their op: a consumer must
    /// only ever be handed what is safe. A read-uncommitted consumer is handed aborted records too, which have no place in
    /// the order.
    /// </summary>
    private static void SeeOffsets(OpFacts op)
    {
        foreach (var writes in op.Writes)
        {
            foreach (var value in writes.Values)
            {
                if (value.Send!.Offset is { } offset && value.MustHaveCommitted)
                {
                    writes.Key.Saw(offset, value);
                }
            }
        }

        foreach (var reads in op.Reads)
        {
            foreach (var record in reads.Records)
            {
                if (record.Value.IsSettledFor(op) || record.Value.MustHaveCommitted)
                {
                    reads.Key.Saw(record.Offset, record.Value);
                }
            }
        }
    }
}
