namespace Deterministic.Server.Quotas;

/// <summary>What one entity used of one quota, and what it cost it. Owned by the shard that counts for the entity.</summary>
public sealed class QuotaSensor(QuotaWindows windows)
{
    /// <summary>What it used lately.</summary>
    public RateWindows Windows { get; } = new(windows);

    /// <summary>When it was last used, in the shard's monotonic time.</summary>
    public long LastMs { get; private set; }

    /// <summary>What it used in all.</summary>
    public double Used { get; private set; }

    /// <summary>How long it was throttled in all.</summary>
    public long ThrottledMs { get; private set; }

    /// <summary>Counts use, and says how long its client must wait.</summary>
    public long Record(double value, double bound, long nowMs)
    {
        LastMs = nowMs;
        Used += value;
        Windows.Record(value, nowMs);
        return Windows.ThrottleMs(bound, nowMs);
    }

    /// <summary>What was counted was not used after all.</summary>
    public void Unrecord(double value, long nowMs)
    {
        Used -= value;
        Windows.Record(-value, nowMs);
    }

    /// <summary>Its client was made to wait.</summary>
    public void OnThrottled(long throttleMs) => ThrottledMs += throttleMs;
}
