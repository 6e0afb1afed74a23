using System.Diagnostics;

namespace Deterministic.Runner.Shrinking;

/// <summary>How much a shrinking may cost: runs and real time, whichever ends first. Lives for one shrinking.</summary>
internal sealed class ShrinkBudget(int runsMax, TimeSpan timeMax)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>Runs that were spent.</summary>
    public int Runs { get; private set; }

    /// <summary>Real time that was spent.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>Whether nothing is left.</summary>
    public bool IsSpent => Runs >= runsMax || _clock.Elapsed >= timeMax;

    /// <summary>One more run; false when none is left.</summary>
    public bool TrySpend()
    {
        if (IsSpent)
        {
            return false;
        }

        Runs++;
        return true;
    }
}
