namespace Deterministic.Server.Quotas;

/// <summary>
/// Tokens that come back at a rate, up to a burst (KIP-599): what is taken may lead below 0, and then nothing is given until
/// that came back. Owned by whoever decides on the controller's shard.
/// </summary>
public sealed class TokenBucket(QuotaWindows windows)
{
    private double _tokens;
    private double _bound = double.NaN;
    private long _lastMs;

    /// <summary>When it was last used, in the shard's monotonic time.</summary>
    public long LastMs => _lastMs;

    /// <summary>What there is now, at a rate per second of <paramref name="bound"/>.</summary>
    public double Tokens(double bound, long nowMs)
    {
        var burst = bound * windows.Samples * windows.WindowSeconds;
        if (double.IsNaN(_bound))
        {
            _tokens = burst;
        }
        else
        {
            _tokens = Math.Min(burst, _tokens + (bound * (nowMs - _lastMs) / 1000));
        }

        _bound = bound;
        _lastMs = nowMs;
        return _tokens;
    }

    /// <summary>Takes tokens, also those that are not there.</summary>
    public void Take(double count, double bound, long nowMs) => _tokens = Tokens(bound, nowMs) - count;

    /// <summary>How long until there are none missing.</summary>
    public int ThrottleMs(double bound, long nowMs)
    {
        var tokens = Tokens(bound, nowMs);
        return tokens < 0 ? (int)Math.Min(int.MaxValue, Math.Round(-tokens / bound * 1000, MidpointRounding.AwayFromZero)) : 0;
    }
}
