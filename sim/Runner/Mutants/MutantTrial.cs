using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Deterministic.Runner.Mutants;

/// <summary>Builds one mutant and runs seeds of it, from the first, until one fails or a limit is reached. Lives for a whole table; one for each thread.</summary>
internal sealed partial class MutantTrial(ScratchCopy copy, long seedsMax, double secondsMax)
{
    /// <summary>How long a process may go on behind its own limit before its last seed counts as one that does not end: which the broker without the bug always does.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromMinutes(1);

    private const string DoesNotEnd = "(the run does not end)";

    /// <summary>What comes of a mutant.</summary>
    public MutantOutcome Try(Mutant mutant)
    {
        var error = copy.ApplyAndBuild(mutant.Path);
        var applied = error is null || !error.StartsWith("does not apply", StringComparison.Ordinal);
        try
        {
            return error is null ? Run(mutant) : new MutantOutcome { Mutant = mutant, Error = error };
        }
        finally
        {
            if (applied)
            {
                copy.TakeBack(mutant.Path);
            }
        }
    }

    private MutantOutcome Run(Mutant mutant)
    {
        var (seeds, coreSeconds) = (0L, 0.0);
        Match? found = null;
        var last = "";
        var clock = Stopwatch.StartNew();
        var minutes = (secondsMax / 60).ToString("F3", CultureInfo.InvariantCulture);
        var count = seedsMax.ToString(CultureInfo.InvariantCulture);
        var exit = Tool.Run(
            copy.Folder, TimeSpan.FromSeconds(secondsMax) + s_grace, line =>
            {
                last = line;
                var match = Verdict().Match(line);
                if (match.Success && found is null)
                {
                    seeds++;
                    clock.Restart();
                    coreSeconds += double.Parse(match.Groups["wall"].Value, CultureInfo.InvariantCulture);
                    found = match.Groups["invariant"].Success ? match : null;
                }
            },
            "dotnet", copy.Runner, "run", "--from", "1", "--seeds", count, "--minutes", minutes, "--jobs", "1", "--until-failure", "--shrink-max", "0");
        var outcome = new MutantOutcome { Mutant = mutant, Seeds = seeds, CoreSeconds = coreSeconds };
        if (found is not null)
        {
            return outcome with
            {
                Seed = ulong.Parse(found.Groups["seed"].Value, CultureInfo.InvariantCulture), Invariant = found.Groups["invariant"].Value,
            };
        }

        return exit switch
        {
            null => outcome with { Seeds = seeds + 1, CoreSeconds = coreSeconds + clock.Elapsed.TotalSeconds, Seed = (ulong)seeds + 1, Invariant = DoesNotEnd },
            0 => outcome,
            _ => outcome with { Error = $"the runner ended with {exit}: {last}" },
        };
    }

    [GeneratedRegex(@"^seed=(?<seed>\d+) verdict=\w+ .*wall=(?<wall>[\d.]+)s.*?( invariant=(?<invariant>\S+).*)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Verdict();
}
