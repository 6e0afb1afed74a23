using System.Globalization;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Runner.Drawing;

/// <summary>The planned faults of a run at their world times: the plan's clock starts when the broker first serves, and healing ends them all.</summary>
internal static class FaultBands
{
    /// <summary>Who tells of faults in the log.</summary>
    public const string Lane = "faults";

    /// <summary>The bands of those that happened.</summary>
    public static IReadOnlyList<FaultBand> Of(RunResult result, EventLog log)
    {
        var start = TimeOf(log, static line => line.Text == "serving") ?? result.SimulatedUs;
        var end = TimeOf(log, static line => line is { Who: Lane, Text: "healed" }) ?? result.SimulatedUs;
        return
        [
            .. result.Scenario.Faults.Faults.Where(fault => start + fault.AtUs < end).OrderBy(fault => fault.AtUs)
                .Select(fault => new FaultBand(
                    fault.Kind.ToString(), start + fault.AtUs, Math.Min(end, start + fault.AtUs + fault.DurationUs), TextOf(fault))),
        ];
    }

    private static long? TimeOf(EventLog log, Func<EventLogLine, bool> condition)
    {
        foreach (var line in log.Lines)
        {
            if (condition(line))
            {
                return line.AtUs;
            }
        }

        return null;
    }

    private static string TextOf(PlannedFault fault) =>
        string.Create(CultureInfo.InvariantCulture, $"{fault.Kind} for {fault.DurationUs / 1e6:F3} s, amount {fault.Amount}");
}
