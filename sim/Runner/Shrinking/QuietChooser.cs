using Deterministic.Simulator.Choosing;

namespace Deterministic.Runner.Shrinking;

/// <summary>A chooser that always makes the quiet choice for some tags, and notes which tags there are. Lives for one run.</summary>
internal sealed class QuietChooser(IChooser inner, IReadOnlySet<string> quiet) : IChooser
{
    /// <summary>The tags that something other than the quiet choice was made for.</summary>
    public SortedSet<string> LoudTags { get; } = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public int Next(int bound, string tag)
    {
        if (quiet.Contains(tag))
        {
            return 0;
        }

        var choice = inner.Next(bound, tag);
        if (choice != 0)
        {
            LoudTags.Add(tag);
        }

        return choice;
    }
}
