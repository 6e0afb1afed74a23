using Deterministic.Checking.Cycles;
using Deterministic.Checking.Facts;

namespace Deterministic.Checking.Anomalies;

/// <summary>
/// Ops that come before each other. G0: by the order of their records alone; G1c: also by who polled what; with -realtime
/// also by the clock. Kafka lets transactions interleave their records, so cycles with a write-write edge are allowed.
/// Without one, two transactions saw each other's uncommitted records, or a poll saw the future: bad.
/// </summary>
internal sealed class DependencyCycles : IAnomalyDetector
{
    private const EdgeKinds Reads = EdgeKinds.WriteRead;
    private const EdgeKinds Writes = EdgeKinds.WriteWrite;
    private const EdgeKinds Realtime = EdgeKinds.Realtime;

    public void Detect(HistoryFacts facts, CheckOptions options, AnomalyReport report)
    {
        var nodes = DependencyEdges.Number(facts);
        var edges = new List<OpEdge>();
        DependencyEdges.WriteRead(facts, edges);
        DependencyEdges.Realtime(facts, edges);
        var graph = new OpGraph(nodes.Count, edges);
        foreach (var component in Components.Find(graph, Reads | Realtime))
        {
            var search = new NamedSearch(graph, component, nodes, options, AnomalyClass.Bad, report);
            search.Name(AnomalyNames.G1c, AnomalyNames.Pl2CycleExists, Reads, Reads);
            search.NameUnlessFound(AnomalyNames.G1cRealtime, AnomalyNames.StrongPl2CycleExists, Reads, Reads | Realtime);
        }

        if (options.WwDeps)
        {
            DependencyEdges.WriteWrite(facts, edges);
            graph = new OpGraph(nodes.Count, edges);
            WithWrites(graph, nodes, options, report);
        }

        if (graph.Edges == 0)
        {
            report.Add(new Anomaly(
                AnomalyNames.EmptyTransactionGraph, AnomalyClass.Allowed, "No op depends on another; nothing was tested."));
        }
    }

    private static void WithWrites(OpGraph graph, List<OpFacts> nodes, CheckOptions options, AnomalyReport report)
    {
        foreach (var component in Components.Find(graph, Writes | Reads | Realtime))
        {
            foreach (var inner in Components.Find(graph, Writes, component))
            {
                var search = new NamedSearch(graph, inner, nodes, options, AnomalyClass.Allowed, report);
                search.Name(AnomalyNames.G0, AnomalyNames.Pl1CycleExists, Writes, Writes);
            }

            var outer = new NamedSearch(graph, component, nodes, options, AnomalyClass.Allowed, report);
            outer.Name(AnomalyNames.G1c, AnomalyNames.Pl2CycleExists, Reads, Reads | Writes);
            outer.NameUnlessFound(AnomalyNames.G0Realtime, AnomalyNames.StrongPl1CycleExists, Realtime, Writes | Realtime);
            outer.NameUnlessFound(AnomalyNames.G1cRealtime, AnomalyNames.StrongPl2CycleExists, Reads, Reads | Writes | Realtime);
        }
    }

    /// <summary>Reports cycles of one component under their names.</summary>
    private sealed class NamedSearch(
        OpGraph graph, int[] component, List<OpFacts> nodes, CheckOptions options, AnomalyClass anomalyClass, AnomalyReport report)
    {
        private bool _found;

        public void NameUnlessFound(string name, string existsName, EdgeKinds required, EdgeKinds allowed)
        {
            if (!_found)
            {
                Name(name, existsName, required, allowed);
            }
        }

        public void Name(string name, string existsName, EdgeKinds required, EdgeKinds allowed)
        {
            var search = new CycleSearch(graph, component, options.CycleStepsMax);
            var cycle = search.Shortest(required, allowed);
            if (cycle is not null)
            {
                _found = true;

                // A cycle of reads alone has been told as bad.
                if (anomalyClass == AnomalyClass.Bad || !IsOfReads(cycle))
                {
                    report.Add(Describe(name, cycle));
                }
            }
            else if (search.GaveUp && Components.Find(graph, allowed, component).Count > 0)
            {
                _found = true;
                report.Add(Describe(existsName, component));
            }
        }

        private bool IsOfReads(List<int> cycle)
        {
            for (var i = 0; i < cycle.Count; i++)
            {
                if ((KindsBetween(cycle[i], cycle[(i + 1) % cycle.Count]) & (Reads | Realtime)) == EdgeKinds.None)
                {
                    return false;
                }
            }

            return true;
        }

        private EdgeKinds KindsBetween(int from, int to)
        {
            for (var edge = graph.StartOf(from); edge < graph.EndOf(from); edge++)
            {
                if (graph.TargetOf(edge) == to)
                {
                    return graph.KindsOf(edge);
                }
            }

            return EdgeKinds.None;
        }

        private Anomaly Describe(string name, IReadOnlyList<int> cycle)
        {
            var ops = cycle.Take(CheckOptions.ListMax).Select(node => nodes[node].Op.Index).ToArray();
            return new Anomaly(name, anomalyClass, $"These ops come before each other: {string.Join(", ", ops)}.")
            {
                Ops = ops,
                Count = cycle.Count,
            };
        }
    }
}
