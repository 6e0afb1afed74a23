using System.Globalization;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Runs;

namespace Deterministic.Runner.Running;

/// <summary>The line that says all of a seed: key=value, separated by single spaces, for people and for grep.</summary>
internal static class VerdictLine
{
    private const string Command = "./run sim";

    /// <summary>The line of a seed.</summary>
    public static string Of(SeedOutcome outcome)
    {
        var seed = string.Create(CultureInfo.InvariantCulture, $"seed={outcome.Seed}");
        if (outcome.Result is not { } result)
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"{seed} verdict=error wall={outcome.Wall.TotalSeconds:F2}s commit={SourceVersion.Commit} error={Quoted(outcome.Error!)}");
        }

        var line = string.Create(CultureInfo.InvariantCulture,
            $"{seed} verdict={(result.IsOk ? "ok" : "fail")} hash={result.Hash:x16} events={result.Events} {Speed(result, outcome.Wall)} faults={FaultsOf(result.Faults)}");
        return result.Violation is { } violation ? $"{line} invariant={violation.Invariant} commit={SourceVersion.Commit}" : line;
    }

    /// <summary>The command that runs the seed again, in this or any later process of the same commit.</summary>
    public static string ReplayOf(ulong seed) => string.Create(CultureInfo.InvariantCulture, $"{Command} replay --seed {seed}");

    /// <summary>The command that runs a trace file again.</summary>
    public static string ReplayOf(string file) => $"{Command} replay --file {file}";

    private static string Speed(RunResult result, TimeSpan wall)
    {
        var seconds = Math.Max(wall.TotalSeconds, 1e-6);
        var simulated = result.SimulatedUs / 1e6;
        return string.Create(CultureInfo.InvariantCulture,
            $"events/s={result.Events / seconds:F0} sim={simulated:F1}s wall={seconds:F2}s ratio={simulated / seconds:F0}");
    }

    /// <summary>How many took effect and which: 5[Pause:2,BitRot:3].</summary>
    private static string FaultsOf(FaultCounts counts)
    {
        var kinds = Enum.GetValues<FaultKind>().Where(kind => counts[kind] > 0).ToArray();
        var total = kinds.Sum(kind => counts[kind]).ToString(CultureInfo.InvariantCulture);
        return kinds.Length == 0 ? total : $"{total}[{string.Join(',', kinds.Select(kind => $"{kind}:{counts[kind]}"))}]";
    }

    private static string Quoted(Exception error) =>
        $"\"{error.GetType().Name}: {error.Message.ReplaceLineEndings(" ").Replace('"', '\'')}\"";
}
