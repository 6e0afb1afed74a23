namespace Deterministic.Checking.Cycles;

/// <summary>
/// Looks for short cycles inside one strongly connected component, breadth first, with a limit on its steps. Lives for one
/// component.
/// </summary>
internal sealed class CycleSearch(OpGraph graph, int[] component, int stepsMax)
{
    private readonly HashSet<int> _members = [.. component];
    private int _steps;

    /// <summary>The limit was reached: that no cycle was found says nothing.</summary>
    public bool GaveUp => _steps >= stepsMax;

    /// <summary>
    /// A cycle that begins with an edge of a required kind and goes on with edges of the allowed kinds. The first of the
    /// shortest, in the order of the history; null: none, or the search gave up.
    /// </summary>
    public List<int>? Shortest(EdgeKinds required, EdgeKinds allowed)
    {
        List<int>? shortest = null;
        foreach (var node in component)
        {
            for (var edge = graph.StartOf(node); edge < graph.EndOf(node) && !GaveUp; edge++)
            {
                if ((graph.KindsOf(edge) & required) != EdgeKinds.None
                    && _members.Contains(graph.TargetOf(edge))
                    && Path(graph.TargetOf(edge), node, allowed, (shortest?.Count ?? int.MaxValue) - 2) is { } path)
                {
                    shortest = [node, .. path];
                    if (shortest.Count == 2)
                    {
                        return shortest;
                    }
                }
            }
        }

        return shortest;
    }

    /// <summary>Nodes from one to the other, without the last; null: no path of at most so many edges.</summary>
    private List<int>? Path(int from, int to, EdgeKinds allowed, int edgesMax)
    {
        var reached = new Dictionary<int, (int Before, int Depth)> { [from] = (from, 0) };
        var queue = new Queue<int>([from]);
        while (queue.TryDequeue(out var node))
        {
            var depth = reached[node].Depth;
            if (depth >= edgesMax)
            {
                return null;
            }

            for (var edge = graph.StartOf(node); edge < graph.EndOf(node); edge++)
            {
                if (++_steps >= stepsMax)
                {
                    return null;
                }

                var target = graph.TargetOf(edge);
                if ((graph.KindsOf(edge) & allowed) == EdgeKinds.None || !_members.Contains(target))
                {
                    continue;
                }

                if (target == to)
                {
                    return Trace(reached, from, node);
                }

                if (!reached.TryAdd(target, (node, depth + 1)))
                {
                    continue;
                }

                queue.Enqueue(target);
            }
        }

        return null;
    }

    private static List<int> Trace(Dictionary<int, (int Before, int Depth)> reached, int from, int last)
    {
        var path = new List<int> { last };
        while (last != from)
        {
            last = reached[last].Before;
            path.Add(last);
        }

        path.Reverse();
        return path;
    }
}
