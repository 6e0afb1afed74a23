using Deterministic.Checking.Histories;

namespace Deterministic.Checking;

/// <summary>What a history may be judged by: what the run did and allowed. Immutable, one for each check.</summary>
public sealed record CheckOptions
{
    /// <summary>Options of a run without faults that excuse anything, and without final polls.</summary>
    public static CheckOptions Default { get; } = new();

    /// <summary>
    /// Whether skips and repetitions between polls are excused for processes that subscribe. Processes that only assign are
    /// judged strictly in any case.
    /// </summary>
    public ConsumeVia SubVia { get; init; } = ConsumeVia.Assign | ConsumeVia.Subscribe;

    /// <summary>
    /// Also look for cycles with write-write edges (the order in the log). Kafka allows these, so they are for information;
    /// cycles without such an edge are bad in any case.
    /// </summary>
    public bool WwDeps { get; init; } = true;

    /// <summary>
    /// Index of the first op of the final polls, in which new processes read all logs from the beginning to their end after
    /// everything has healed. Null: there were none, and records that nobody has read prove nothing.
    /// </summary>
    public int? FinalPollsFrom { get; init; }

    /// <summary>Logs that may lose acknowledged records. A log may be listed more than once.</summary>
    public IReadOnlyList<LossExcuse> ExcusedLoss { get; init; } = [];

    /// <summary>Groups whose committed offsets may be lost or go back.</summary>
    public IReadOnlyList<string> GroupsWithExcusedLoss { get; init; } = [];

    /// <summary>
    /// Groups whose members move from epoch to epoch one by one (KIP-848): there a commit of a later epoch fences earlier ones in
    /// its own partition only.
    /// </summary>
    public IReadOnlyList<string> GroupsWithMemberEpochs { get; init; } = [];

    /// <summary>Records below this offset were deleted on purpose (DeleteRecords, retention).</summary>
    public IReadOnlyDictionary<LogKey, long> DeletedBelow { get; init; } = new Dictionary<LogKey, long>();

    /// <summary>When everything had healed, in nanoseconds; the clock for a stuck last stable offset starts here.</summary>
    public long HealedAtNs { get; init; }

    /// <summary>
    /// How long the last stable offset may stand still below the high watermark, in nanoseconds: transaction timeout plus
    /// the slack of its expiry. Null: not judged.
    /// </summary>
    public long? LastStableStandstillMaxNs { get; init; }

    /// <summary>Anomalies of one name and class that are listed in full; beyond that they are counted.</summary>
    public int ListedMax { get; init; } = 100;

    /// <summary>Values, offsets and ops that one anomaly lists.</summary>
    public const int ListMax = 32;

    /// <summary>Steps that the search for cycles takes in one component before it settles for "there is one".</summary>
    public int CycleStepsMax { get; init; } = 1_000_000;
}
