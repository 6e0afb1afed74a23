namespace Deterministic.Host.Commands.Performance;

/// <summary>Latencies in whole milliseconds, with those above a minute counted as a minute. Used by one task at a time.</summary>
internal sealed class LatencyHistogram
{
    private const int MsMax = 60_000;
    private readonly long[] _counts = new long[MsMax + 1];

    /// <summary>How many there are.</summary>
    internal long Count { get; private set; }

    /// <summary>The sum of all.</summary>
    internal double TotalMs { get; private set; }

    /// <summary>The largest.</summary>
    internal double MaxMs { get; private set; }

    /// <summary>The mean, 0 without any.</summary>
    internal double AverageMs => Count == 0 ? 0 : TotalMs / Count;

    /// <summary>One more.</summary>
    internal void Add(double ms)
    {
        _counts[(int)Math.Clamp(ms, 0, MsMax)]++;
        Count++;
        TotalMs += ms;
        MaxMs = Math.Max(MaxMs, ms);
    }

    /// <summary>The latency that a share of them does not exceed.</summary>
    internal int Percentile(double share)
    {
        var rank = (long)(share * Count);
        long seen = 0;
        for (var ms = 0; ms < MsMax; ms++)
        {
            seen += _counts[ms];
            if (seen > rank)
            {
                return ms;
            }
        }

        return Count == 0 ? 0 : (int)MaxMs;
    }
}
