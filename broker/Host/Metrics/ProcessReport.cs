using System.Diagnostics;
using Deterministic.Server.Metrics;

namespace Deterministic.Host.Metrics;

/// <summary>What the operating system and the runtime know of this process, under the names that Prometheus' clients use. Stateless.</summary>
internal static class ProcessReport
{
    private const string OpenFiles = "/proc/self/fd";

    internal static void Write(MetricSet set)
    {
        using var process = Process.GetCurrentProcess();
        set.Add("process_cpu_seconds_total", MetricKind.Counter, MetricLabels.None, process.TotalProcessorTime.TotalSeconds);
        set.Add("process_resident_memory_bytes", MetricKind.Gauge, MetricLabels.None, process.WorkingSet64);
        set.Add("process_virtual_memory_bytes", MetricKind.Gauge, MetricLabels.None, process.VirtualMemorySize64);
        set.Add("process_start_time_seconds", MetricKind.Gauge, MetricLabels.None, SecondsOf(process.StartTime));
        set.Add("process_threads", MetricKind.Gauge, MetricLabels.None, process.Threads.Count);
        if (Directory.Exists(OpenFiles))
        {
            set.Add("process_open_fds", MetricKind.Gauge, MetricLabels.None, Directory.GetFileSystemEntries(OpenFiles).Length);
        }

        set.Add("dotnet_gc_heap_bytes", MetricKind.Gauge, MetricLabels.None, GC.GetTotalMemory(forceFullCollection: false));
        set.Add("dotnet_gc_pause_seconds_total", MetricKind.Counter, MetricLabels.None, GC.GetTotalPauseDuration().TotalSeconds);
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            set.Add("dotnet_gc_collections_total", MetricKind.Counter, $"generation=\"{generation}\"", GC.CollectionCount(generation));
        }
    }

    private static double SecondsOf(DateTime local) => (local.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
}
