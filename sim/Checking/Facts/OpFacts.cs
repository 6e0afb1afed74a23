using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Facts;

/// <summary>A completion with its invocation, and its sends and polls by log; owned by <see cref="HistoryFacts"/>.</summary>
internal sealed class OpFacts(Op op, Op invocation)
{
    /// <summary>The completion.</summary>
    public Op Op { get; } = op;

    public Op Invocation { get; } = invocation;

    /// <summary>Nothing of the op can happen behind this index of the history; an indeterminate op has no end.</summary>
    public int EndIndex => Op.Type == OpType.Info ? int.MaxValue : Op.Index;

    public bool IsTransaction { get; } = op.IsTransaction;

    public bool ReadsCommitted { get; } = op.Consumer.Isolation == IsolationLevel.ReadCommitted;

    /// <summary>Some ok poll saw, as committed, at least one of its values.</summary>
    public bool Proven { get; set; }

    /// <summary>Logs in the order in which the op first touched them.</summary>
    public List<KeyWrites> Writes { get; } = [];

    public List<KeyReads> Reads { get; } = [];

    /// <summary>Position among the nodes of the dependency graph; -1: it is no node.</summary>
    public int Node { get; set; } = -1;

    public KeyWrites WritesOf(KeyFacts key)
    {
        var writes = Writes.Find(candidate => candidate.Key == key);
        if (writes is null)
        {
            Writes.Add(writes = new KeyWrites(key));
        }

        return writes;
    }

    /// <summary>Records arrive in runs of one log, so the last one is nearly always the one.</summary>
    public KeyReads ReadsOf(KeyFacts key) => Reads.Count > 0 && Reads[^1].Key == key ? Reads[^1] : FindReads(key);

    private KeyReads FindReads(KeyFacts key)
    {
        var reads = Reads.Find(candidate => candidate.Key == key);
        if (reads is null)
        {
            Reads.Add(reads = new KeyReads(key));
        }

        return reads;
    }
}
