using Deterministic.Runner.Running;
using Deterministic.Simulator.Runs;

namespace Deterministic.Runner.Shrinking;

/// <summary>
/// Answers whether a candidate still fails in the way that is being shrunk: the same invariant and, when that names an exception, one of the same type from the same place.
/// Lives for one shrinking.
/// </summary>
internal sealed class FailureTest(RunScenario run, Violation expected, ShrinkBudget budget)
{
    /// <summary>How much longer than the original a candidate may run before it counts as not failing.</summary>
    private const int Patience = 2;
    private const long EventsMin = 50_000;
    private readonly string _signature = FailureSignature.Of(expected);

    /// <summary>Whether no candidate is run any more.</summary>
    public bool IsOver => budget.IsSpent;

    /// <summary>Runs it; null when it does not fail as expected.</summary>
    public Failure? Try(Candidate candidate)
    {
        if (!budget.TrySpend())
        {
            return null;
        }

        var trace = new List<int>();
        var chooser = candidate.MakeChooser();
        var settings = new RunSettings { Trace = trace };
        if (expected.Step > 0)
        {
            settings = settings with { EventsMax = Math.Min(settings.EventsMax, Math.Max(EventsMin, expected.Step) * Patience) };
        }

        var outcome = SeedRun.Of(candidate.Scenario, chooser, settings, run);
        return outcome.Violation is { } violation && FailureSignature.Of(violation) == _signature
            ? new Failure { Candidate = candidate, Result = outcome.Result!, Trace = Trimmed(trace), LoudTags = chooser.LoudTags }
            : null;
    }

    private static List<int> Trimmed(List<int> trace)
    {
        var length = trace.FindLastIndex(static choice => choice != 0) + 1;
        trace.RemoveRange(length, trace.Count - length);
        return trace;
    }
}
