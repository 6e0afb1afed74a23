using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Faults;

/// <summary>
/// Every call of a port is a place where a process can end. Counts those that are reached and ends processes where
/// <see cref="Arm"/> says. Owned by one world.
/// <para>A port calls <see cref="Before"/>, has its effect, and calls <see cref="After"/>; after both it calls
/// <see cref="SimProcess.CheckAlive"/> if the process's own code is on the stack, or looks at <see cref="SimProcess.IsAlive"/>.</para>
/// </summary>
public sealed class CrashPoints
{
    private readonly SortedDictionary<string, CrashPoint> _points = new(StringComparer.Ordinal);
    private readonly List<(CrashOrder Order, int Left)> _orders = [];
    private (CrashOrder Order, SimProcess Process, CrashPoint Point)? _dueAfter;

    /// <summary>What was reached so far, in the order of the ids.</summary>
    public IEnumerable<CrashPointCounts> Counts => _points.Values.SelectMany(point => point.Counts);

    /// <summary>Orders that have not been carried out.</summary>
    public int ArmedCount => _orders.Count;

    /// <summary>The point of that name: operation and kind of what it is done to, such as <c>write .log</c>.</summary>
    public CrashPoint Get(string name)
    {
        if (!_points.TryGetValue(name, out var point))
        {
            point = new CrashPoint(name);
            _points.Add(name, point);
        }

        return point;
    }

    /// <summary>Ends a process at a point that is reached from now on; orders are carried out once.</summary>
    public void Arm(CrashOrder order) => _orders.Add((order, order.Nth));

    /// <summary>Forgets the orders that were not carried out.</summary>
    public void Disarm() => _orders.Clear();

    /// <summary>A process is about to do what the point stands for.</summary>
    public void Before(SimProcess process, CrashPoint point)
    {
        point.OnReached(process.Phase);
        if (_orders.Count > 0)
        {
            Match(process, point);
        }
    }

    /// <summary>It has been done.</summary>
    public void After(SimProcess process, CrashPoint point)
    {
        if (_dueAfter is { } due && ReferenceEquals(due.Process, process) && ReferenceEquals(due.Point, point))
        {
            _dueAfter = null;
            End(due.Order, process, point);
        }
    }

    private void Match(SimProcess process, CrashPoint point)
    {
        var id = point.IdIn(process.Phase);
        for (var i = 0; i < _orders.Count; i++)
        {
            var (order, left) = _orders[i];
            if ((order.Node ?? process.Node.Name) != process.Node.Name || (order.PointId ?? id) != id)
            {
                continue;
            }

            _orders[i] = (order, left - 1);
            if (left == 1)
            {
                _orders.RemoveAt(i);
                Carry(order, process, point);
                return;
            }
        }
    }

    private void Carry(CrashOrder order, SimProcess process, CrashPoint point)
    {
        if (order.IsAfterEffect)
        {
            _dueAfter = (order, process, point);
        }
        else
        {
            End(order, process, point);
        }
    }

    private static void End(CrashOrder order, SimProcess process, CrashPoint point)
    {
        var world = process.Node.World;
        point.OnCrashed(process.Phase, order.IsAfterEffect);
        world.FaultCounts.Add(FaultKind.ProcessCrash);
        world.Note(process.Node.Name, $"ends {(order.IsAfterEffect ? "after" : "before")} {point.IdIn(process.Phase)}");
        process.Node.End(order.End);
    }
}
