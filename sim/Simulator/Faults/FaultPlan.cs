namespace Deterministic.Simulator.Faults;

/// <summary>
/// What goes wrong in a run and what may be destroyed by it. Data: drawn before the run.
/// <para>The budget is part of the plan: what is not expendable keeps at least one whole copy of every acknowledged record by
/// contract, so any loss of it that a run reports is a bug.</para>
/// </summary>
public sealed record FaultPlan
{
    /// <summary>The faults, by time.</summary>
    public IReadOnlyList<PlannedFault> Faults { get; init; } = [];

    /// <summary>Crashes of brokers that have never served: at these points of their first start.</summary>
    public IReadOnlyList<CrashOrder> FirstStart { get; init; } = [];

    /// <summary>Topics whose records may be destroyed on the disk.</summary>
    public IReadOnlyList<string> ExpendableTopics { get; init; } = [];

    /// <summary>Whether all that a disk holds may be destroyed: topics, groups and metadata.</summary>
    public bool IsAllExpendable { get; init; }

    /// <summary>Whether a path is in a directory of one of the topic's partitions, whatever log directory that is in.</summary>
    private static bool IsOf(string topic, string path)
    {
        var slash = path.IndexOf('/', 1);
        return slash > 0 && path.StartsWith(Runs.BrokerPlan.LogDirectory, StringComparison.Ordinal)
            && path.AsSpan(slash + 1).StartsWith(topic, StringComparison.Ordinal) && path.AsSpan(slash + 1 + topic.Length).StartsWith("-", StringComparison.Ordinal);
    }

    /// <summary>Whether the file may be harmed for good.</summary>
    public bool MayHarm(string path)
    {
        if (IsAllExpendable)
        {
            return true;
        }

        foreach (var topic in ExpendableTopics)
        {
            if (IsOf(topic, path))
            {
                return true;
            }
        }

        return false;
    }
}
