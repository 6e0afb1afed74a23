using Deterministic.Checking.Facts;
using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Cycles;

/// <summary>
/// Derives from a history which op comes before which. Anti-dependencies are not among the edges: what a consumer has not
/// polled yet says nothing about its order.
/// </summary>
internal static class DependencyEdges
{
    /// <summary>Numbers the nodes: completions that send or poll.</summary>
    public static List<OpFacts> Number(HistoryFacts facts)
    {
        var nodes = facts.Completions
            .Where(op => op.Op.Function is OpFunction.Send or OpFunction.Poll or OpFunction.Txn).ToList();
        for (var node = 0; node < nodes.Count; node++)
        {
            nodes[node].Node = node;
        }

        return nodes;
    }

    /// <summary>The writer of a record before the writer of the next one in its log.</summary>
    public static void WriteWrite(HistoryFacts facts, List<OpEdge> edges)
    {
        foreach (var key in facts.Keys)
        {
            foreach (var value in key.Values)
            {
                if (value.Last > 0 && value.Writer is { } later && key.ValuesAt(value.Last - 1)[0].Writer is { } earlier && earlier != later)
                {
                    Add(edges, earlier, later, EdgeKinds.WriteWrite);
                }
            }
        }
    }

    /// <summary>The writer of a record before everyone who polled it as committed.</summary>
    public static void WriteRead(HistoryFacts facts, List<OpEdge> edges)
    {
        foreach (var value in facts.Keys.SelectMany(key => key.Values))
        {
            if (value.Writer is { } writer)
            {
                foreach (var reader in value.Readers)
                {
                    if (reader != writer && value.IsSettledFor(reader))
                    {
                        Add(edges, writer, reader, EdgeKinds.WriteRead);
                    }
                }
            }
        }
    }

    /// <summary>
    /// An ok op before those that begin after its end; only as many edges as are needed to reach all of them. The buffer holds
    /// the ended ops that no later ended op follows.
    /// </summary>
    public static void Realtime(HistoryFacts facts, List<OpEdge> edges)
    {
        var buffer = new List<OpFacts>();
        var before = new Dictionary<OpFacts, OpFacts[]>();
        foreach (var line in facts.History.Ops)
        {
            var op = facts.ByIndex[line.Index];
            if (op.Node < 0)
            {
                continue;
            }

            if (line.Type == OpType.Invoke)
            {
                buffer.ForEach(earlier => Add(edges, earlier, op, EdgeKinds.Realtime));
                if (op.Op.Type == OpType.Ok)
                {
                    before.Add(op, [.. buffer]);
                }
            }
            else if (line.Type == OpType.Ok)
            {
                before.Remove(op, out var predecessors);
                buffer.RemoveAll(predecessors!.Contains);
                buffer.Add(op);
            }
        }
    }

    private static void Add(List<OpEdge> edges, OpFacts from, OpFacts to, EdgeKinds kind)
    {
        if (from.Node >= 0 && to.Node >= 0)
        {
            edges.Add(new OpEdge(from.Node, to.Node, kind));
        }
    }
}
