namespace Deterministic.Checking.Cycles;

/// <summary>Strongly connected components by Tarjan's algorithm, without recursion. Holds no state.</summary>
internal static class Components
{
    /// <summary>
    /// The components of more than one node, over the edges that have one of the kinds, among the given nodes (all when null).
    /// Each is sorted; they come in the order of their smallest node.
    /// </summary>
    public static List<int[]> Find(OpGraph graph, EdgeKinds kinds, int[]? among = null)
    {
        var search = new Search(graph, kinds, among);
        search.Found.Sort(static (a, b) => a[0].CompareTo(b[0]));
        return search.Found;
    }

    private sealed class Search
    {
        private readonly OpGraph _graph;
        private readonly EdgeKinds _kinds;
        private readonly Dictionary<int, int>? _local;
        private readonly int[] _order;
        private readonly int[] _low;
        private readonly bool[] _onStack;
        private readonly Stack<int> _open = new();
        private readonly Stack<(int Node, int Edge)> _walk = new();
        private int _next = 1;

        public Search(OpGraph graph, EdgeKinds kinds, int[]? among)
        {
            (_graph, _kinds) = (graph, kinds);
            var count = among?.Length ?? graph.Nodes;
            _local = among?.Select((node, place) => (node, place)).ToDictionary(pair => pair.node, pair => pair.place);
            (_order, _low, _onStack) = (new int[count], new int[count], new bool[count]);
            for (var place = 0; place < count; place++)
            {
                if (_order[place] == 0)
                {
                    WalkFrom(among?[place] ?? place);
                }
            }
        }

        public List<int[]> Found { get; } = [];

        private int PlaceOf(int node) => _local is null ? node : _local.GetValueOrDefault(node, -1);

        private void WalkFrom(int root)
        {
            Open(root);
            while (_walk.TryPop(out var step))
            {
                var (node, edge) = step;
                var place = PlaceOf(node);
                if (edge < _graph.EndOf(node))
                {
                    _walk.Push((node, edge + 1));
                    Follow(place, edge);
                    continue;
                }

                if (_low[place] == _order[place])
                {
                    Close(node);
                }

                if (_walk.TryPeek(out var parent))
                {
                    var parentPlace = PlaceOf(parent.Node);
                    _low[parentPlace] = Math.Min(_low[parentPlace], _low[place]);
                }
            }
        }

        private void Follow(int place, int edge)
        {
            var target = PlaceOf(_graph.TargetOf(edge));
            if (target < 0 || (_graph.KindsOf(edge) & _kinds) == EdgeKinds.None)
            {
                return;
            }

            if (_order[target] == 0)
            {
                Open(_graph.TargetOf(edge));
            }
            else if (_onStack[target])
            {
                _low[place] = Math.Min(_low[place], _order[target]);
            }
        }

        private void Open(int node)
        {
            var place = PlaceOf(node);
            _order[place] = _low[place] = _next++;
            _onStack[place] = true;
            _open.Push(node);
            _walk.Push((node, _graph.StartOf(node)));
        }

        private void Close(int node)
        {
            var members = new List<int>();
            int member;
            do
            {
                member = _open.Pop();
                _onStack[PlaceOf(member)] = false;
                members.Add(member);
            }
            while (member != node);

            if (members.Count > 1)
            {
                members.Sort();
                Found.Add([.. members]);
            }
        }
    }
}
