using System.Globalization;
using System.Text.Json;
using Deterministic.Runner.Running;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Runner.Drawing;

/// <summary>
/// One run as one HTML file that needs nothing else: a lane for each node, arrows for messages, bands for faults, the first
/// violation and what the lanes were then. Drawn in the browser, a window of rows at a time, so that long runs open at once.
/// </summary>
internal static class FailurePage
{
    private const string ViolationLane = "violation";

    /// <summary>The page of a run that was logged.</summary>
    public static string Of(RunResult result, EventLog log, string replay)
    {
        var lanes = LanesOf(log);
        var data = new SortedDictionary<string, object?>(StringComparer.Ordinal)
        {
            ["title"] = string.Create(CultureInfo.InvariantCulture, $"seed {result.Scenario.Seed}: {result.Violation?.Invariant ?? "ok"}"),
            ["seed"] = result.Scenario.Seed.ToString(CultureInfo.InvariantCulture),
            ["invariant"] = result.Violation?.Invariant,
            ["message"] = Messages.WithoutPaths(result.Violation?.Message ?? "Nothing was found."),
            ["facts"] = FactsOf(result, replay),
            ["lanes"] = lanes,
            ["lines"] = LinesOf(result, log, lanes),
            ["faults"] = FaultBands.Of(result, log),
            ["violationLine"] = ViolationLineOf(result, log),
            ["violationUs"] = result.Violation?.AtUs ?? -1,
            ["endUs"] = result.SimulatedUs,
            ["state"] = StateOf(result),
        };
        return Resource("FailurePage.html")
            .Replace("/*DATA*/", JsonSerializer.Serialize(data), StringComparison.Ordinal)
            .Replace("/*SCRIPT*/", Resource("FailurePage.js"), StringComparison.Ordinal);
    }

    /// <summary>The nodes, those that serve before those that ask; what belongs to a node is told in its lane.</summary>
    private static string[] LanesOf(EventLog log) =>
    [
        .. log.Lines.Where(line => line.Who != ViolationLane)
            .SelectMany(line => line.From is null ? new[] { LaneOf(line.Who) } : [LaneOf(line.Who), LaneOf(line.From)])
            .Distinct(StringComparer.Ordinal)
            .OrderByDescending(name => name.StartsWith("broker", StringComparison.Ordinal)).ThenBy(name => name == FaultBands.Lane)
            .ThenBy(name => name, StringComparer.Ordinal),
    ];

    private static string LaneOf(string who) => who.Split('/')[0];

    private static List<object[]> LinesOf(RunResult result, EventLog log, string[] lanes)
    {
        var lines = log.Lines
            .Select(line => new object[]
            {
                line.AtUs, line.Step, Array.IndexOf(lanes, LaneOf(line.Who)), TextOf(line),
                line.From is null ? -1 : Array.IndexOf(lanes, LaneOf(line.From)), line.SentAtUs,
            }).ToList();
        if (result.Violation is { } violation && log.Lines.All(line => line.Who != ViolationLane))
        {
            lines.Add([violation.AtUs, violation.Step, -1, $"{violation.Invariant}: {violation.Message}", -1, 0L]);
        }

        return lines;
    }

    private static int ViolationLineOf(RunResult result, EventLog log)
    {
        for (var i = 0; i < log.Lines.Count; i++)
        {
            if (log.Lines[i].Who == ViolationLane)
            {
                return i;
            }
        }

        return result.Violation is null ? -1 : log.Lines.Count;
    }

    private static string TextOf(EventLogLine line)
    {
        var slash = line.Who.IndexOf('/', StringComparison.Ordinal);
        var text = Messages.WithoutPaths(line.Text);
        return slash < 0 ? text : $"{line.Who[(slash + 1)..]}: {text}";
    }

    private static string[][] FactsOf(RunResult result, string replay) =>
    [
        ["replay", replay],
        ["commit", SourceVersion.Commit],
        ["hash", result.Hash.ToString("x16", CultureInfo.InvariantCulture)],
        ["steps", result.Events.ToString("N0", CultureInfo.InvariantCulture)],
        ["simulated", string.Create(CultureInfo.InvariantCulture, $"{result.SimulatedUs / 1e6:F3} s")],
        ["shards", result.Scenario.Broker.Shards.ToString(CultureInfo.InvariantCulture)],
        ["settings", string.Join(' ', result.Scenario.Broker.Properties.Select(pair => $"{pair.Key}={pair.Value}"))],
    ];

    private static string[][] StateOf(RunResult result) =>
    [
        .. Enum.GetValues<FaultKind>().Where(kind => result.Faults[kind] > 0)
            .Select(kind => new[] { kind.ToString(), string.Create(CultureInfo.InvariantCulture, $"{result.Faults[kind]} times") }),
        .. result.Marks.Select(mark => new[] { mark.Key, string.Create(CultureInfo.InvariantCulture, $"{mark.Value} times") }),
    ];

    private static string Resource(string name)
    {
        using var stream = typeof(FailurePage).Assembly.GetManifestResourceStream($"Deterministic.Runner.Drawing.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
