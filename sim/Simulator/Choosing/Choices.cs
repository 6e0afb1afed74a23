using Deterministic.Kernel;

namespace Deterministic.Simulator.Choosing;

/// <summary>
/// The one door to chance of a run: asks the chooser, keeps the run's trace when asked to, and folds every choice into a
/// hash. Owned by one run.
/// <para>Convention: 0 is the quiet choice (no fault, no delay, the first in line), so that a trace shrinks towards silence.
/// Tags are constants: they name what is chosen, not what the choice was.</para>
/// </summary>
public sealed class Choices(IChooser chooser, IList<int>? trace = null)
{
    private const int PerMille = 1000;

    /// <summary>Choices made so far.</summary>
    public long Count { get; private set; }

    /// <summary>A hash over all choices so far and their bounds.</summary>
    public ulong Hash { get; private set; } = 0x9E3779B97F4A7C15UL;

    /// <summary>A number from 0 up to, and not including, <paramref name="bound"/>; no choice is spent when there is only one.</summary>
    public int Next(int bound, string tag)
    {
        Check.That(bound > 0, $"nothing to choose from for {tag}");
        if (bound == 1)
        {
            return 0;
        }

        var choice = chooser.Next(bound, tag);
        Count++;
        Hash = SeededChooser.Mix(Hash ^ ((ulong)(uint)bound << 32 | (uint)choice));
        trace?.Add(choice);
        return choice;
    }

    /// <summary>A number from <paramref name="min"/> to <paramref name="max"/>, both included.</summary>
    public long Between(long min, long max, string tag) => min + Next(checked((int)(max - min + 1)), tag);

    /// <summary>True with the given odds out of 1000; certain and impossible odds spend no choice.</summary>
    public bool Chance(int perMille, string tag) =>
        perMille >= PerMille || (perMille > 0 && Next(PerMille, tag) >= PerMille - perMille);

    /// <summary>One of the list.</summary>
    public T Pick<T>(IReadOnlyList<T> list, string tag) => list[Next(list.Count, tag)];

    /// <summary>
    /// A number from 0 to <paramref name="max"/> whose magnitude is chosen first, so that small ones are as frequent as
    /// large ones: what delays look like.
    /// </summary>
    public long Skewed(long max, string tag)
    {
        var magnitudes = 64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)max);
        var top = Math.Min(max, (1L << Next(magnitudes + 1, tag)) - 1);
        return top < 2 ? top : Next((int)Math.Min(int.MaxValue, top + 1), tag);
    }
}
