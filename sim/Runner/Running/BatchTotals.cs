using System.Globalization;

namespace Deterministic.Runner.Running;

/// <summary>The sums over the seeds of a batch. Lives for one batch, on the thread that handles outcomes.</summary>
internal sealed class BatchTotals
{
    private readonly TimeSpan _cpuBefore = Environment.CpuUsage.TotalTime;

    /// <summary>Seeds that ran.</summary>
    public long Seeds { get; private set; }

    /// <summary>Those in which something was found.</summary>
    public long Failures { get; private set; }

    /// <summary>Those in which the simulator itself threw.</summary>
    public long Errors { get; private set; }

    /// <summary>Steps of all worlds.</summary>
    public long Events { get; private set; }

    /// <summary>World time of all runs, in seconds.</summary>
    public double SimulatedSeconds { get; private set; }

    /// <summary>
    /// Processor time of this process since the batch began, in seconds: runs, compiler and collector together, and not the time
    /// in which others had the cores.
    /// </summary>
    public double CoreSeconds => Math.Max((Environment.CpuUsage.TotalTime - _cpuBefore).TotalSeconds, 1e-6);

    /// <summary>Steps that a core does in a second.</summary>
    public double EventsPerCoreSecond => Events / CoreSeconds;

    /// <summary>World time to processor time.</summary>
    public double Ratio => SimulatedSeconds / CoreSeconds;

    /// <summary>Whether seeds ran and all were well.</summary>
    public bool IsOk => Seeds > 0 && Failures == 0 && Errors == 0;

    /// <summary>One more seed.</summary>
    public void Add(SeedOutcome outcome)
    {
        Seeds++;
        Failures += outcome.Verdict == Verdict.Fail ? 1 : 0;
        Errors += outcome.Verdict == Verdict.Error ? 1 : 0;
        Events += outcome.Result?.Events ?? 0;
        SimulatedSeconds += (outcome.Result?.SimulatedUs ?? 0) / 1e6;
    }

    /// <summary>The last line of a batch.</summary>
    public string Line(TimeSpan wall) => string.Create(CultureInfo.InvariantCulture,
        $"seeds={Seeds} failures={Failures} errors={Errors} events={Events} events/s/core={EventsPerCoreSecond:F0} sim={SimulatedSeconds:F0}s cpu={CoreSeconds:F1}s wall={wall.TotalSeconds:F1}s ratio={Ratio:F0} commit={SourceVersion.Commit}");
}
