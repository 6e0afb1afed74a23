using Deterministic.Checking.Facts;
using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Anomalies;

/// <summary>
/// A fenced client got something through. A producer is fenced once another process has initialised its transactional id, or
/// once it was told so; what it begins after that must not become visible. A group member is fenced once an offset commit of
/// a later generation was accepted; in a group with member epochs, one for the same partition.
/// </summary>
internal sealed class ZombieCommits : IAnomalyDetector
{
    public void Detect(HistoryFacts facts, CheckOptions options, AnomalyReport report)
    {
        var producers = new ProducerFences();
        var generations = new GenerationFences(options.GroupsWithMemberEpochs);
        var fencedAtStart = new Dictionary<OpFacts, string>();
        foreach (var line in facts.History.Ops)
        {
            var op = facts.ByIndex[line.Index];
            if (line.Type == OpType.Invoke)
            {
                if (FenceOf(op, producers, generations, facts) is { } why)
                {
                    fencedAtStart.Add(op, why);
                }

                continue;
            }

            if (fencedAtStart.TryGetValue(op, out var reason) && IsVisible(op))
            {
                report.Add(Describe(op, reason));
            }

            producers.Completed(op);
            if (op.Op.Type == OpType.Ok)
            {
                generations.Committed(op.Op);
            }
        }
    }

    private static string? FenceOf(OpFacts op, ProducerFences producers, GenerationFences generations, HistoryFacts facts)
    {
        if (op.Op.Function is OpFunction.Send or OpFunction.Txn && producers.FenceOf(op) is { } why)
        {
            return why;
        }

        var consumer = op.Op.Consumer;
        return consumer.Group is { } group && consumer.Generation >= 0 && CommitsOffsets(op)
            && generations.LatestOf(op.Op) is var latest && latest > consumer.Generation && !facts.Losses.MayLoseOffsets(group)
                ? $"group '{group}' had accepted offsets of generation {latest}, later than its {consumer.Generation}"
                : null;
    }

    private static bool CommitsOffsets(OpFacts op) => op.Op.Mops.Any(mop => mop is CommitOffsetMop);

    private static bool IsVisible(OpFacts op) =>
        (op.Op.Type == OpType.Ok && (op.Writes.Count > 0 || CommitsOffsets(op)))
        || (op.IsTransaction ? op.Proven : op.Writes.Exists(writes => writes.Values.Exists(value => value.OkRead)));

    private static Anomaly Describe(OpFacts op, string why) => new(
        AnomalyNames.ZombieCommit,
        AnomalyClass.Bad,
        $"Op {op.Op.Index} of process {op.Op.Process} took effect although its client was fenced when it began: {why}.")
    {
        Key = op.Writes.Count > 0 ? op.Writes[0].Key.Key : op.Op.Mops.OfType<CommitOffsetMop>().FirstOrDefault()?.Key,
        Values = AnomalyReport.ValuesOf(op.Writes.SelectMany(writes => writes.Values)),
        Ops = [op.Op.Index],
        Count = 1,
    };
}
