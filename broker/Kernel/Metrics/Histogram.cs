using System.Numerics;

namespace Deterministic.Kernel.Metrics;

/// <summary>
/// How numbers (times, sizes) are distributed: count and sum since the start, and quantiles over the last one to two
/// <see cref="WindowMs"/>. Recording allocates nothing. Owned by one shard; lives as long as what it measures.
/// <para>Each power of two has <see cref="StepsPerPower"/> buckets, so a quantile is too large by an eighth at most.</para>
/// </summary>
public sealed class Histogram
{
    /// <summary>What quantiles look back on at least; at most twice that.</summary>
    public const long WindowMs = 120_000;

    /// <summary>Buckets for each power of two.</summary>
    public const int StepsPerPower = 1 << StepBits;

    /// <summary>Powers of two that are told apart; what is larger counts as the largest.</summary>
    public const int PowerMax = 40;

    private const int StepBits = 3;
    private const int BucketCount = ((PowerMax - StepBits) * StepsPerPower) + StepsPerPower;

    private int[] _now = new int[BucketCount];
    private int[] _before = new int[BucketCount];
    private long _windowStartMs = long.MinValue;

    /// <summary>How many were recorded since the start.</summary>
    public long Count { get; private set; }

    /// <summary>Their sum.</summary>
    public long Sum { get; private set; }

    /// <summary>The largest of them.</summary>
    public long Max { get; private set; }

    /// <summary>Counts one. <paramref name="nowMs"/> is monotonic.</summary>
    public void Record(long value, long nowMs)
    {
        Turn(nowMs);
        value = Math.Max(0, value);
        Count++;
        Sum += value;
        Max = Math.Max(Max, value);
        _now[BucketOf(value)]++;
    }

    /// <summary>Lets go of windows that are over; called before quantiles are read.</summary>
    public void Turn(long nowMs)
    {
        if (_windowStartMs == long.MinValue)
        {
            _windowStartMs = nowMs;
        }
        else if (nowMs - _windowStartMs >= WindowMs)
        {
            var isLongAgo = nowMs - _windowStartMs >= 2 * WindowMs;
            (_now, _before) = (_before, _now);
            Array.Clear(_now);
            if (isLongAgo)
            {
                Array.Clear(_before);
            }

            _windowStartMs = nowMs;
        }
    }

    /// <summary>Adds what another one holds.</summary>
    public void Add(Histogram other)
    {
        Count += other.Count;
        Sum += other.Sum;
        Max = Math.Max(Max, other.Max);
        for (var i = 0; i < BucketCount; i++)
        {
            _now[i] += other._now[i];
            _before[i] += other._before[i];
        }
    }

    /// <summary>The value below which that share of the recent ones lies; 0 when there are none.</summary>
    public long Quantile(double share)
    {
        long total = 0;
        for (var i = 0; i < BucketCount; i++)
        {
            total += _now[i] + _before[i];
        }

        var wanted = (long)Math.Ceiling(total * share);
        long seen = 0;
        for (var i = 0; total > 0 && i < BucketCount; i++)
        {
            seen += _now[i] + _before[i];
            if (seen >= wanted)
            {
                return Math.Min(UpperEndOf(i), Max);
            }
        }

        return 0;
    }

    private static int BucketOf(long value)
    {
        if (value < StepsPerPower)
        {
            return (int)value;
        }

        var power = BitOperations.Log2((ulong)value);
        if (power >= PowerMax)
        {
            return BucketCount - 1;
        }

        var step = (int)(value >> (power - StepBits)) & (StepsPerPower - 1);
        return ((power - StepBits) * StepsPerPower) + StepsPerPower + step;
    }

    private static long UpperEndOf(int bucket)
    {
        if (bucket < StepsPerPower)
        {
            return bucket;
        }

        var power = ((bucket - StepsPerPower) / StepsPerPower) + StepBits;
        long step = (bucket % StepsPerPower) + StepsPerPower + 1;
        return (step << (power - StepBits)) - 1;
    }
}
