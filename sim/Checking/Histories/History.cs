namespace Deterministic.Checking.Histories;

/// <summary>
/// What all clients of a run did, in one order. Immutable, owned by whoever judges it. Every invocation has a completion:
/// those that the run left open are completed here as info.
/// </summary>
public sealed class History
{
    private readonly Op[] _ops;
    private readonly int[] _partner;

    /// <summary>Copies the ops and checks the rules that they must keep.</summary>
    public History(IEnumerable<Op> ops)
    {
        var list = new List<Op>(ops);
        var partner = new List<int>(list.Count);
        var pending = new SortedDictionary<int, int>();
        var time = long.MinValue;
        for (var index = 0; index < list.Count; index++)
        {
            var op = list[index];
            Require(op.Index == index, op, $"stands at position {index}");
            Require(op.TimeNs >= time, op, $"goes back in time, from {time} ns to {op.TimeNs} ns");
            time = op.TimeNs;
            partner.Add(-1);
            if (op.Type == OpType.Invoke)
            {
                Require(pending.TryAdd(op.Process, index), op, "starts while another op of its process is under way");
                continue;
            }

            Require(pending.Remove(op.Process, out var invoke), op, "completes what was not started");
            Require(list[invoke].Function == op.Function, op, $"completes a {list[invoke].Function}");
            partner[index] = invoke;
            partner[invoke] = index;
        }

        foreach (var invoke in pending.Values)
        {
            partner[invoke] = list.Count;
            partner.Add(invoke);
            list.Add(list[invoke] with { Index = list.Count, Type = OpType.Info, TimeNs = time, Error = "UNFINISHED" });
        }

        _ops = [.. list];
        _partner = [.. partner];
    }

    /// <summary>All ops in their order.</summary>
    public IReadOnlyList<Op> Ops => _ops;

    /// <summary>The completion of an invocation, or the invocation of a completion.</summary>
    public Op PartnerOf(Op op) => _ops[_partner[op.Index]];

    private static void Require(bool condition, Op op, string what)
    {
        if (!condition)
        {
            throw new InvalidHistoryException($"Op {op.Index} ({op.Type} {op.Function} of process {op.Process}) {what}.");
        }
    }
}
