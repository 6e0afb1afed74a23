using Deterministic.Simulator.Choosing;

namespace Deterministic.Runner.Running;

/// <summary>
/// Makes a choice out of many as several choices out of few. Coyote's learning keeps odds for each value of each choice that it
/// has met: a choice out of a million would cost it seconds, and it would never learn from one. Lives for one run.
/// </summary>
internal sealed class DigitChooser(IChooser inner) : IChooser
{
    private const int Digit = 16;

    /// <inheritdoc/>
    public int Next(int bound, string tag)
    {
        if (bound <= Digit)
        {
            return inner.Next(bound, tag);
        }

        var start = Next((bound + Digit - 1) / Digit, tag) * Digit;
        var rest = Math.Min(Digit, bound - start);
        return rest == 1 ? start : start + inner.Next(rest, tag);
    }
}
