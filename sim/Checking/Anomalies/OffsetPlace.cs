using Deterministic.Checking.Facts;
using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Anomalies;

/// <summary>Whose committed offset is judged, and how a finding counts.</summary>
internal readonly record struct OffsetPlace(string Group, LogKey Key, AnomalyClass Class)
{
    public Anomaly Describe(string name, AnomalyClass anomalyClass, long[] offsets, OpFacts[] ops, string what) =>
        new(name, anomalyClass, $"The committed offset of group '{Group}' in {Key} {what}")
        {
            Key = Key,
            Offsets = offsets,
            Ops = ops.Select(op => op.Op.Index).ToArray(),
            Count = 1,
        };
}
