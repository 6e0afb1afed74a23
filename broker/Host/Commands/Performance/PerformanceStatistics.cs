using System.Diagnostics;
using System.Globalization;

namespace Deterministic.Host.Commands.Performance;

/// <summary>What a producer's test measures, in the lines of kafka-producer-perf-test. Any task.</summary>
internal sealed class PerformanceStatistics(int reportingIntervalMs, Action<string> print)
{
    private const double BytesInMb = 1024 * 1024;
    private readonly Lock _lock = new();
    private readonly LatencyHistogram _all = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _windowStart = Stopwatch.GetTimestamp();
    private LatencyHistogram _window = new();
    private long _bytes;
    private long _windowBytes;

    /// <summary>Records that were acknowledged.</summary>
    internal long Count
    {
        get
        {
            lock (_lock)
            {
                return _all.Count;
            }
        }
    }

    /// <summary>A batch was acknowledged.</summary>
    internal void Add(ReadOnlySpan<long> startTicks, long bytes)
    {
        var now = Stopwatch.GetTimestamp();
        lock (_lock)
        {
            foreach (var start in startTicks)
            {
                var ms = Stopwatch.GetElapsedTime(start, now).TotalMilliseconds;
                _all.Add(ms);
                _window.Add(ms);
            }

            _bytes += bytes;
            _windowBytes += bytes;
            if (Stopwatch.GetElapsedTime(_windowStart, now).TotalMilliseconds >= reportingIntervalMs)
            {
                PrintWindow(now);
            }
        }
    }

    /// <summary>The last line.</summary>
    internal string Total(string prefix = "")
    {
        lock (_lock)
        {
            var seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{_all.Count} {prefix}records sent, {_all.Count / seconds:F1} records/sec ({_bytes / BytesInMb / seconds:F2} MB/sec), "
                + $"{_all.AverageMs:F2} ms avg latency, {_all.MaxMs:F2} ms max latency, {_all.Percentile(0.5)} ms 50th, {_all.Percentile(0.95)} ms 95th, "
                + $"{_all.Percentile(0.99)} ms 99th, {_all.Percentile(0.999)} ms 99.9th.");
        }
    }

    /// <summary>The same for programs.</summary>
    internal Report Report()
    {
        lock (_lock)
        {
            var seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
            var report = new Report("Records", "Records per second", "Mb per second", "Average ms", "Max ms", "P50 ms", "P95 ms", "P99 ms", "P999 ms");
            report.Add(
                _all.Count, _all.Count / seconds, _bytes / BytesInMb / seconds, _all.AverageMs, _all.MaxMs,
                _all.Percentile(0.5), _all.Percentile(0.95), _all.Percentile(0.99), _all.Percentile(0.999));
            return report;
        }
    }

    private void PrintWindow(long now)
    {
        var seconds = Stopwatch.GetElapsedTime(_windowStart, now).TotalSeconds;
        print(string.Create(
            CultureInfo.InvariantCulture,
            $"{_window.Count} records sent, {_window.Count / seconds:F1} records/sec ({_windowBytes / BytesInMb / seconds:F2} MB/sec), "
            + $"{_window.AverageMs:F1} ms avg latency, {_window.MaxMs:F1} ms max latency."));
        _windowStart = now;
        _windowBytes = 0;
        _window = new LatencyHistogram();
    }
}
