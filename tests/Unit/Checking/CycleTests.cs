using Deterministic.Checking.Cycles;
using Deterministic.Checking.Histories;
using static Deterministic.Checking.Tests.Script;

namespace Deterministic.Checking.Tests;

public sealed class CycleTests
{
    private const EdgeKinds Ww = EdgeKinds.WriteWrite;
    private const EdgeKinds Wr = EdgeKinds.WriteRead;

    [Fact]
    public void Components_are_those_that_reach_each_other_by_the_kinds()
    {
        var graph = Graph(6, (0, 1, Ww), (1, 2, Ww), (2, 0, Wr), (3, 4, Ww), (4, 3, Ww), (4, 5, Ww));
        Assert.Equal(["0 1 2", "3 4"], Components.Find(graph, Ww | Wr).Select(nodes => string.Join(' ', nodes)));
        Assert.Equal(["3 4"], Components.Find(graph, Ww).Select(nodes => string.Join(' ', nodes)));
        Assert.Equal(["0 1 2"], Components.Find(graph, Ww | Wr, [0, 1, 2, 3]).Select(nodes => string.Join(' ', nodes)));
    }

    [Fact]
    public void A_long_chain_needs_no_stack()
    {
        const int Nodes = 200_000;
        var edges = Enumerable.Range(0, Nodes).Select(node => new OpEdge(node, (node + 1) % Nodes, Ww)).ToList();
        Assert.Equal(Nodes, Assert.Single(Components.Find(new OpGraph(Nodes, edges), Ww)).Length);
    }

    [Fact]
    public void The_shortest_cycle_is_found_that_has_a_required_edge()
    {
        var graph = Graph(5, (0, 1, Ww), (1, 2, Ww), (2, 3, Wr), (3, 0, Ww), (1, 4, Ww), (4, 0, Ww), (2, 1, Ww));
        var search = new CycleSearch(graph, [0, 1, 2, 3, 4], 1000);
        Assert.Equal([1, 2], search.Shortest(Ww, Ww)!);
        Assert.Equal([2, 3, 0, 1], search.Shortest(Wr, Ww | Wr)!);
        Assert.Null(search.Shortest(Wr, Wr));
        Assert.False(search.GaveUp);
    }

    [Fact]
    public void Edges_between_two_nodes_are_one_with_all_kinds()
    {
        var graph = Graph(2, (0, 1, Ww), (0, 1, Wr), (0, 1, Ww));
        Assert.Equal(1, graph.Edges);
        Assert.Equal(Ww | Wr, graph.KindsOf(0));
    }

    [Fact]
    public void A_search_that_gives_up_still_says_that_there_is_a_cycle()
    {
        var options = CheckOptions.Default with { CycleStepsMax = 1 };
        var withoutWrites = options with { WwDeps = false };
        Assert.Equal(AnomalyClass.Bad, Assert.Single(PollEachOther().Find(AnomalyNames.Pl2CycleExists, withoutWrites)).Class);
        Assert.Equal(AnomalyClass.Allowed, Assert.Single(Opposite().Find(AnomalyNames.Pl1CycleExists, options)).Class);
        Assert.Equal(AnomalyClass.Allowed, Assert.Single(AgainstTheClock().Find(AnomalyNames.StrongPl1CycleExists, options)).Class);
        Assert.Equal(AnomalyClass.Bad, Assert.Single(FromTheFuture().Find(AnomalyNames.StrongPl2CycleExists, withoutWrites)).Class);
    }

    [Fact]
    public void Cycles_through_the_clock_have_their_names()
    {
        Assert.Equal(AnomalyClass.Allowed, Assert.Single(AgainstTheClock().Find(AnomalyNames.G0Realtime)).Class);
        Assert.Equal(AnomalyClass.Bad, Assert.Single(FromTheFuture().Find(AnomalyNames.G1cRealtime)).Class);
    }

    private static Script Opposite() => new Script()
        .Ok(OpFunction.Txn, Sent(X, 0, A), Sent(Y, 1, A))
        .Ok(OpFunction.Txn, Sent(X, 1, B), Sent(Y, 0, B));

    private static Script AgainstTheClock() => new Script().Ok(OpFunction.Send, Sent(X, 1, A)).Op(1, OpType.Ok, OpFunction.Send, [Sent(X, 0, B)]);

    private static Script FromTheFuture() => new Script().Ok(OpFunction.Poll, Poll(X, (0, A))).Op(1, OpType.Ok, OpFunction.Send, [Sent(X, 0, A)]);

    private static Script PollEachOther()
    {
        var script = new Script();
        var first = script.Begin(0, OpFunction.Txn, []);
        var second = script.Begin(1, OpFunction.Txn, []);
        return script.End(first, OpType.Ok, Sent(X, 0, A), Poll(Y, (0, B))).End(second, OpType.Ok, Sent(Y, 0, B), Poll(X, (0, A)));
    }

    private static OpGraph Graph(int nodes, params (int From, int To, EdgeKinds Kind)[] edges) =>
        new(nodes, edges.Select(edge => new OpEdge(edge.From, edge.To, edge.Kind)).ToList());
}
