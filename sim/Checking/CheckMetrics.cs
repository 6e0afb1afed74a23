using Deterministic.Checking.Histories;

namespace Deterministic.Checking;

/// <summary>Figures of a history, owned by its verdict. None of them makes it invalid.</summary>
public sealed class CheckMetrics
{
    /// <summary>The longest that a poll stayed behind what some client already knew to exist; null if none did.</summary>
    public RealtimeLag? WorstLag { get; init; }

    /// <summary>Records that one process got more than once in ok polls while it was subscribed.</summary>
    public int RecordsConsumedAgain { get; init; }

    /// <summary>For each log, how many acknowledged records nobody had polled, after each op that changed it.</summary>
    public IReadOnlyDictionary<LogKey, IReadOnlyList<UnseenPoint>> Unseen { get; init; } = new SortedDictionary<LogKey, IReadOnlyList<UnseenPoint>>();

    /// <summary>Completed ops of each outcome: ok, fail, info.</summary>
    public int OkOps { get; init; }

    public int FailedOps { get; init; }

    public int InfoOps { get; init; }
}
