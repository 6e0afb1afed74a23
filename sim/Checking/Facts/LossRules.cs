using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Facts;

/// <summary>Says which missing records the run's options and producers excuse; lives for one check.</summary>
internal sealed class LossRules
{
    private readonly Dictionary<LogKey, List<LossExcuse>> _excuses = [];
    private readonly HashSet<LogKey> _lossy = [];
    private readonly CheckOptions _options;

    public LossRules(HistoryFacts facts, CheckOptions options)
    {
        _options = options;
        foreach (var excuse in options.ExcusedLoss)
        {
            if (!_excuses.TryGetValue(excuse.Key, out var list))
            {
                _excuses.Add(excuse.Key, list = []);
            }

            list.Add(excuse);
            _lossy.Add(excuse.Key);
        }

        foreach (var key in facts.Keys)
        {
            if (key.Values.Exists(value => value.Writer?.Op.Producer.Acks == Acks.Leader))
            {
                _lossy.Add(key.Key);
            }
        }
    }

    /// <summary>The class of an anomaly that a loss in this log could explain.</summary>
    public AnomalyClass ClassOf(KeyFacts key) => _lossy.Contains(key.Key) ? AnomalyClass.Excused : AnomalyClass.Bad;

    public bool IsLossy(LogKey key) => _lossy.Contains(key);

    public bool MayLoseOffsets(string? group) => _options.GroupsWithExcusedLoss.Contains(group, StringComparer.Ordinal);

    /// <summary>This very record may be missing.</summary>
    public bool MayLose(ValueFacts value)
    {
        if (value.Writer is not { } writer || writer.Op.Producer.Acks == Acks.Leader)
        {
            return true;
        }

        return _excuses.TryGetValue(value.Key.Key, out var excuses)
            && excuses.Exists(excuse => Covers(excuse, value));
    }

    public static bool Covers(LossExcuse excuse, ValueFacts value) =>
        value.Writer!.Op.TimeNs >= excuse.AckedFromNs && value.Writer.Op.TimeNs <= excuse.AckedToNs;

    /// <summary>Everything below was deleted on purpose.</summary>
    public long DeletedBelow(KeyFacts key) => _options.DeletedBelow.GetValueOrDefault(key.Key, long.MinValue);

    /// <summary>It was deleted on purpose, or may have been: where something was, a record at an unknown offset is not judged.</summary>
    public bool IsDeleted(ValueFacts value) =>
        (value.First >= 0 ? value.Key.OffsetAt(value.First) : value.Send?.Offset ?? 0) < DeletedBelow(value.Key);

    /// <summary>
    /// Somebody saw it. After final polls only ok polls count; without them a record that a failed op polled was still there.
    /// </summary>
    public bool WasRead(ValueFacts value) =>
        _options.FinalPollsFrom is null ? value.Readers.Count > 0 : value.OkRead;

    /// <summary>The same for polls of committed data.</summary>
    public bool WasReadCommitted(ValueFacts value) =>
        _options.FinalPollsFrom is null ? value.AnyCommittedRead : value.OkCommittedRead;
}
