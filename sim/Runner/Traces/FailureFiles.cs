using System.Globalization;
using Deterministic.Runner.Drawing;
using Deterministic.Runner.Running;
using Deterministic.Runner.Shrinking;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Runner.Traces;

/// <summary>What a failing seed leaves behind, in a folder of its own: a trace file, a test, a page.</summary>
internal static class FailureFiles
{
    /// <summary>Where folders of seeds are made unless another place is said.</summary>
    public const string DefaultFolder = "artifacts/sim";

    /// <summary>Writes the files of a failure and returns the trace file's path.</summary>
    public static string Write(string folder, Failure failure, RunScenario run)
    {
        var trace = TraceFile.Of(failure);
        var name = string.Create(CultureInfo.InvariantCulture, $"seed-{trace.Parsed.Seed}");
        var place = Path.Combine(folder, name);
        Directory.CreateDirectory(place);
        var traceFile = Path.Combine(place, $"{name}.json");
        File.WriteAllText(traceFile, trace.ToJson());
        File.WriteAllText(Path.Combine(place, $"{RegressionTest.NameOf(trace)}.cs"), RegressionTest.Of(trace, $"{name}.json"));
        WritePage(Path.Combine(place, $"{name}.html"), trace, VerdictLine.ReplayOf(traceFile), run);
        return traceFile;
    }

    /// <summary>Runs the trace once more with a log, and draws it.</summary>
    public static void WritePage(string path, TraceFile trace, string replay, RunScenario run)
    {
        var log = new EventLog();
        var outcome = SeedRun.Of(trace.Parsed, trace.Chooser, new RunSettings { Log = log }, run);
        if (outcome.Result is { } result)
        {
            File.WriteAllText(path, FailurePage.Of(result, log, replay));
        }
    }
}
