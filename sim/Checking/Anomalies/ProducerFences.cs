using Deterministic.Checking.Facts;
using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Anomalies;

/// <summary>Who owns which transactional id, followed along a history; lives for one detection.</summary>
internal sealed class ProducerFences
{
    private static readonly string[] s_fencedErrors = ["PRODUCER_FENCED", "INVALID_PRODUCER_EPOCH"];

    /// <summary>For each transactional id, the ok initialisation that began last, and the last one of any other process.</summary>
    private readonly Dictionary<string, (Initialisation Latest, Initialisation? Other)> _owners = new(StringComparer.Ordinal);

    /// <summary>Where the last initialisation of a process ended; without end while that is unknown.</summary>
    private readonly Dictionary<(int Process, string Id), int> _own = [];
    private readonly Dictionary<(int Process, string Id), int> _told = [];

    /// <summary>Why the producer of an op is fenced now; null: it is not, or nobody can say.</summary>
    public string? FenceOf(OpFacts op)
    {
        var id = op.Op.Producer.TransactionalId ?? "";
        var me = (op.Op.Process, id);
        if (_told.TryGetValue(me, out var told))
        {
            return $"op {told} had told it so";
        }

        if (id.Length == 0 || !_own.TryGetValue(me, out var mine) || !_owners.TryGetValue(id, out var owners))
        {
            return null;
        }

        var rival = owners.Latest.Process != op.Op.Process ? owners.Latest : owners.Other;
        return rival is { } other && other.Begin > mine
            ? $"process {other.Process} had initialised '{id}' in op {other.End}"
            : null;
    }

    public void Completed(OpFacts op)
    {
        var id = op.Op.Producer.TransactionalId ?? "";
        var me = (op.Op.Process, id);
        if (op.Op.Function != OpFunction.InitProducer)
        {
            if (op.Op.Type == OpType.Fail && s_fencedErrors.Contains(op.Op.Error, StringComparer.Ordinal))
            {
                _told.TryAdd(me, op.Op.Index);
            }

            return;
        }

        if (op.Op.Type == OpType.Fail)
        {
            return;
        }

        _told.Remove(me);
        _own[me] = op.EndIndex;
        if (op.Op.Type == OpType.Ok && id.Length > 0)
        {
            Own(id, new Initialisation(op.Op.Process, op.Invocation.Index, op.Op.Index));
        }
    }

    private void Own(string id, Initialisation next)
    {
        if (!_owners.TryGetValue(id, out var owners))
        {
            _owners.Add(id, (next, null));
        }
        else if (next.Process == owners.Latest.Process)
        {
            _owners[id] = owners with { Latest = next.Begin > owners.Latest.Begin ? next : owners.Latest };
        }
        else if (next.Begin > owners.Latest.Begin)
        {
            _owners[id] = (next, owners.Latest);
        }
        else if (owners.Other is null || next.Begin > owners.Other.Value.Begin)
        {
            _owners[id] = owners with { Other = next };
        }
    }

    /// <summary>An ok InitProducerId: indices of its begin and end in the history.</summary>
    private readonly record struct Initialisation(int Process, int Begin, int End);
}
