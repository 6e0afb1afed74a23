namespace Deterministic.Server.Quotas;

/// <summary>How long the past is over which a rate is taken: <c>quota.window.num</c> samples of <c>quota.window.size.seconds</c>. Immutable.</summary>
public readonly record struct QuotaWindows(int Samples, int WindowSeconds)
{
    /// <summary>Milliseconds of one sample.</summary>
    public long WindowMs => WindowSeconds * 1000L;

    /// <summary>Milliseconds after which a sample no longer counts.</summary>
    public long ExpireMs => Samples * WindowMs;

    /// <summary>Seconds of the whole samples over which a rate is taken at least.</summary>
    public double FullSeconds => (double)Math.Max(1, Samples - 1) * WindowSeconds;
}
