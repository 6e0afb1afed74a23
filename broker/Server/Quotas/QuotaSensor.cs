namespace Deterministic.Server.Quotas;

/// <summary>What one entity used of one quota, and what it cost it. Owned by the shard that counts for the entity.</summary>
public sealed class QuotaSensor(QuotaWindows windows)
{
    private readonly RateWindows _throttles = new(windows);
    private readonly RateWindows _throttledMs = new(windows);

    /// <summary>What it used lately.</summary>
    public RateWindows Windows { get; } = new(windows);

    /// <summary>When it was last used, in the shard's monotonic time.</summary>
    public long LastMs { get; private set; }

    /// <summary>What it used in all.</summary>
    public double Used { get; private set; }

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
    public void OnThrottled(long throttleMs, long nowMs)
    {
        _throttles.Record(1, nowMs);
        _throttledMs.Record(throttleMs, nowMs);
    }

    /// <summary>How long its client was made to wait lately, in milliseconds, on average over the times that it was; 0 for never.</summary>
    public double MeanThrottleMs(long nowMs) => _throttles.Total(nowMs) is > 0 and var count ? _throttledMs.Total(nowMs) / count : 0;
}
