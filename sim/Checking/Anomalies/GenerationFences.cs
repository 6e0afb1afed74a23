using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Anomalies;

/// <summary>The latest generation whose commit was accepted: by group, or by group and partition where members have epochs of their own. Lives for one check.</summary>
internal sealed class GenerationFences(IReadOnlyList<string> groupsWithMemberEpochs)
{
    private readonly Dictionary<(string Group, LogKey? Partition), int> _latest = [];

    /// <summary>The latest one that fences the commit; -1 for none.</summary>
    internal int LatestOf(Op op) => KeysOf(op).Select(key => _latest.GetValueOrDefault(key, -1)).DefaultIfEmpty(-1).Max();

    /// <summary>A commit was accepted.</summary>
    internal void Committed(Op op)
    {
        foreach (var key in KeysOf(op))
        {
            _latest[key] = Math.Max(_latest.GetValueOrDefault(key, -1), op.Consumer.Generation);
        }
    }

    private IEnumerable<(string Group, LogKey? Partition)> KeysOf(Op op)
    {
        if (op.Consumer.Group is not { } group)
        {
            return [];
        }

        var commits = op.Mops.OfType<CommitOffsetMop>();
        return groupsWithMemberEpochs.Contains(group, StringComparer.Ordinal)
            ? commits.Select(commit => (group, (LogKey?)commit.Key))
            : commits.Select(_ => (group, (LogKey?)null)).Take(1);
    }
}
