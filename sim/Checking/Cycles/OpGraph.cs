namespace Deterministic.Checking.Cycles;

/// <summary>A graph whose nodes are ops, numbered from 0 in the order of the history; lives for one check.</summary>
internal sealed class OpGraph
{
    private readonly int[] _starts;
    private readonly int[] _targets;
    private readonly EdgeKinds[] _kinds;

    /// <summary>Takes edges in any order; several between two nodes become one with all kinds.</summary>
    public OpGraph(int nodes, List<OpEdge> edges)
    {
        edges.Sort(OpEdge.Compare);
        Nodes = nodes;
        _starts = new int[nodes + 1];
        var targets = new List<int>(edges.Count);
        var kinds = new List<EdgeKinds>(edges.Count);
        OpEdge? last = null;
        foreach (var edge in edges)
        {
            if (last is { } known && known.From == edge.From && known.To == edge.To)
            {
                kinds[^1] |= edge.Kind;
                continue;
            }

            targets.Add(edge.To);
            kinds.Add(edge.Kind);
            _starts[edge.From + 1]++;
            last = edge;
        }

        for (var node = 0; node < nodes; node++)
        {
            _starts[node + 1] += _starts[node];
        }

        (_targets, _kinds) = ([.. targets], [.. kinds]);
    }

    public int Nodes { get; }

    public int Edges => _targets.Length;

    /// <summary>The edges of a node are those from here to <see cref="EndOf"/>.</summary>
    public int StartOf(int node) => _starts[node];

    public int EndOf(int node) => _starts[node + 1];

    public int TargetOf(int edge) => _targets[edge];

    public EdgeKinds KindsOf(int edge) => _kinds[edge];
}
