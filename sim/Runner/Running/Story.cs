using System.Globalization;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Runner.Running;

/// <summary>What happened in a run, as text.</summary>
internal static class Story
{
    /// <summary>The last lines of the log.</summary>
    public static void Print(TextWriter output, EventLog log, int lastLines)
    {
        var skipped = Math.Max(0, log.Lines.Count - lastLines);
        if (skipped > 0)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"({skipped} lines before these; --lines shows more)"));
        }

        foreach (var line in log.Lines.Skip(skipped))
        {
            output.WriteLine(Of(line));
        }
    }

    /// <summary>One line: seconds, step, who, what.</summary>
    public static string Of(EventLogLine line) =>
        string.Create(CultureInfo.InvariantCulture, $"{line.AtUs / 1e6,12:F6} {line.Step,9} {line.Who,-16} {line.Text}");

    /// <summary>What was violated, or what the simulator threw; nothing when all was well.</summary>
    public static void PrintEnd(TextWriter output, SeedOutcome outcome)
    {
        if (outcome.Violation is { } violation)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{violation.Invariant} at {violation.AtUs / 1e6:F6} s, step {violation.Step}: {violation.Message}"));
        }
        else if (outcome.Error is { } error)
        {
            output.WriteLine(error);
        }
    }
}
