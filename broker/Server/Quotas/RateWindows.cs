using Deterministic.Kernel;

namespace Deterministic.Server.Quotas;

/// <summary>
/// A rate over the last samples, as Kafka takes it: a sample begins with what is recorded first in it, and a rate is taken
/// over at least all samples but one, so that a client that begins is not throttled for its first burst. Owned by its sensor.
/// <para>Invariant: samples that count are younger than <see cref="QuotaWindows.ExpireMs"/>; the total is never below 0 by more than rounding.</para>
/// </summary>
public sealed class RateWindows
{
    private readonly QuotaWindows _windows;
    private readonly Sample[] _samples;
    private int _current;
    private int _count;

    /// <summary>Nothing was recorded yet.</summary>
    public RateWindows(QuotaWindows windows)
    {
        Check.That(windows.Samples > 0 && windows.WindowSeconds > 0, $"{windows.Samples} samples of {windows.WindowSeconds} s");
        _windows = windows;

        // One more than count, so that a sample that still counts is not overwritten by the one that begins.
        _samples = new Sample[windows.Samples + 1];
    }

    private struct Sample
    {
        internal double Value;
        internal long StartMs;
        internal long LastMs;
    }

    /// <summary>Adds a value now.</summary>
    public void Record(double value, long nowMs)
    {
        if (_count == 0)
        {
            _count = 1;
            Begin(nowMs);
        }
        else if (nowMs - _samples[_current].StartMs >= _windows.WindowMs)
        {
            _current = (_current + 1) % _samples.Length;
            _count = Math.Min(_count + 1, _samples.Length);
            Begin(nowMs);
        }

        ref var sample = ref _samples[_current];
        sample.Value += value;
        sample.LastMs = nowMs;
    }

    /// <summary>What was recorded and still counts.</summary>
    public double Total(long nowMs)
    {
        Purge(nowMs);
        var total = 0.0;
        for (var i = 0; i < _count; i++)
        {
            total += _samples[i].Value;
        }

        return total;
    }

    /// <summary>Milliseconds over which the rate is taken.</summary>
    public long WindowMs(long nowMs)
    {
        Purge(nowMs);
        var oldest = nowMs;
        for (var i = 0; i < _count; i++)
        {
            oldest = Math.Min(oldest, _samples[i].StartMs);
        }

        var elapsed = nowMs - oldest;
        var missing = _windows.Samples - 1 - (elapsed / _windows.WindowMs);
        return Math.Max(1, missing > 0 ? elapsed + (missing * _windows.WindowMs) : elapsed);
    }

    /// <summary>Value per second.</summary>
    public double Rate(long nowMs) => Total(nowMs) * 1000 / WindowMs(nowMs);

    /// <summary>How long nothing may follow, so that the rate falls to the bound; 0 when it is not above it.</summary>
    public long ThrottleMs(double bound, long nowMs)
    {
        var windowMs = WindowMs(nowMs);
        var rate = Total(nowMs) * 1000 / windowMs;
        return rate > bound ? (long)Math.Min(int.MaxValue, Math.Round((rate - bound) / bound * windowMs, MidpointRounding.AwayFromZero)) : 0;
    }

    private void Begin(long nowMs) => _samples[_current] = new Sample { StartMs = nowMs, LastMs = nowMs };

    private void Purge(long nowMs)
    {
        for (var i = 0; i < _count; i++)
        {
            if (nowMs - _samples[i].LastMs >= _windows.ExpireMs)
            {
                _samples[i] = new Sample { StartMs = nowMs, LastMs = nowMs };
            }
        }
    }
}
