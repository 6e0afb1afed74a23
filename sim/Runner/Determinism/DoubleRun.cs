using Deterministic.Runner.Commands;

namespace Deterministic.Runner.Determinism;

/// <summary>Runs seeds on two sides that differ in everything that must not matter, and names the first event in which any parts.</summary>
internal sealed class DoubleRun(IRunSide here, IRunSide there)
{
    /// <summary>The seeds that did not agree.</summary>
    public IReadOnlyList<Mismatch> Compare(ulong first, ulong count)
    {
        var pairs = here.Run(first, count).Zip(there.Run(first, count)).ToArray();
        if ((ulong)pairs.Length != count)
        {
            throw new RunnerException($"{pairs.Length} of {count} seeds were run on both sides");
        }

        return [.. pairs.Select(pair => Look(pair.First, pair.Second)).OfType<Mismatch>()];
    }

    private Mismatch? Look(Fingerprint one, Fingerprint other)
    {
        if (Fingerprint.Difference(one, other) is not { } window)
        {
            return null;
        }

        var steps = here.Steps(one.Seed, window.First, window.Last);
        var otherSteps = there.Steps(one.Seed, window.First, window.Last);
        for (var i = 0; i < Math.Max(steps.Count, otherSteps.Count); i++)
        {
            var (a, b) = (steps.ElementAtOrDefault(i), otherSteps.ElementAtOrDefault(i));
            if (a != b)
            {
                return new Mismatch(one, other, a, b);
            }
        }

        return new Mismatch(one, other, null, null);
    }
}
