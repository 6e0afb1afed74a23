namespace Deterministic.Runner.Shrinking;

/// <summary>Makes the choices of a failing run quiet: whole tags first, then the tail of the trace, then ever smaller groups of choices. Lives for one shrinking.</summary>
internal sealed class ChoiceShrinker(FailureTest test)
{
    /// <summary>Quiet choices for as many tags as can be.</summary>
    public Failure ShrinkTags(Failure failure)
    {
        var best = failure;
        var loud = failure.LoudTags.ToArray();
        DeltaDebugging.Minimize(loud, kept =>
        {
            var quiet = failure.Candidate.QuietTags.Union(loud.Except(kept, StringComparer.Ordinal));
            var next = test.Try(failure.Candidate with { QuietTags = quiet });
            best = next ?? best;
            return next is not null;
        });
        return best;
    }

    /// <summary>Few choices that are not quiet.</summary>
    public Failure ShrinkTrace(Failure failure)
    {
        var best = CutTail(failure);
        for (var chunk = (best.LoudChoices + 1) / 2; chunk >= 1 && !test.IsOver; chunk /= 2)
        {
            best = SilenceChunks(best, chunk);
        }

        return best;
    }

    // From the end backwards: a choice that changes shifts only what comes behind it, which has been seen already.
    private Failure SilenceChunks(Failure best, int chunk)
    {
        var loud = LoudPositions(best);
        for (var end = loud.Length; end > 0 && !test.IsOver; end = Math.Min(end - chunk, loud.Length))
        {
            var trace = best.Trace.ToArray();
            foreach (var position in loud.AsSpan(Math.Max(0, end - chunk), Math.Min(chunk, end)))
            {
                trace[position] = 0;
            }

            // The run may choose otherwise than it is told, where it goes another way since; what counts is what it chose.
            if (test.Try(best.Traced with { Trace = trace }) is { } next && next.LoudChoices < best.LoudChoices)
            {
                best = next;
                loud = LoudPositions(best);
            }
        }

        return best;
    }

    /// <summary>The shortest beginning of the trace that still fails, found by halving: failing does not depend on it in such an orderly way always, but mostly.</summary>
    private Failure CutTail(Failure failure)
    {
        var best = failure;
        var (fits, tooShort) = (failure.Trace.Count, -1);
        while (fits - tooShort > 1 && !test.IsOver)
        {
            var middle = tooShort < 0 ? 0 : tooShort + (fits - tooShort) / 2;
            if (test.Try(failure.Traced with { Trace = [.. failure.Trace.Take(middle)] }) is { } next)
            {
                (best, fits) = (next, middle);
            }
            else
            {
                tooShort = middle;
            }
        }

        return best;
    }

    private static int[] LoudPositions(Failure failure) =>
        Enumerable.Range(0, failure.Trace.Count).Where(i => failure.Trace[i] != 0).ToArray();
}
