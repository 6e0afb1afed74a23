using System.CommandLine;
using System.Globalization;
using Deterministic.Runner.Reports;
using Deterministic.Runner.Running;
using Deterministic.Simulator.Marks;

namespace Deterministic.Runner.Commands;

/// <summary><c>marks</c>: which marks and crash points a batch of seeds reached, and which it never did.</summary>
internal sealed class MarksCommand
{
    private readonly BatchOptions _batch = new();

    private MarksCommand()
    {
    }

    /// <summary>The command.</summary>
    public static Command Build(Actions actions)
    {
        var self = new MarksCommand();
        var command = new Command("marks", "Run seeds and list the marks and crash points that they reached, and those that they did not");
        self._batch.AddTo(command);
        actions.Set(command, self.Run);
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken interrupt)
    {
        var coverage = new Coverage();
        var (totals, wall) = _batch.Run(parsed, coverage.Add, () => interrupt.IsCancellationRequested);
        var known = KnownMarks.All;
        Tables.Print(["mark", "hits"], known.Union(coverage.Marks.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(mark => new object[] { mark, coverage.Marks.GetValueOrDefault(mark) }));
        Tables.Print(["crash point", "reached", "crashed before", "crashed after"], coverage.CrashPoints.Values
            .Select(point => new object[] { point.Id, point.Reached, point.CrashedBefore, point.CrashedAfter }));
        var never = known.Except(coverage.Marks.Keys, StringComparer.Ordinal).ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"marks={known.Count} reached={known.Count - never.Length} never={string.Join(',', never)}"));
        Console.WriteLine(totals.Line(wall));
        return totals.IsOk ? ExitCode.Success : ExitCode.Failure;
    }
}
