using Deterministic.Simulator.Runs;

namespace Deterministic.Runner.Shrinking;

/// <summary>A candidate that failed, with all that its run chose. Immutable.</summary>
internal sealed record Failure
{
    /// <summary>What was run.</summary>
    public required Candidate Candidate { get; init; }

    /// <summary>What came of it.</summary>
    public required RunResult Result { get; init; }

    /// <summary>Every choice that it made, up to the last that was not the quiet one.</summary>
    public required IReadOnlyList<int> Trace { get; init; }

    /// <summary>The tags of choices that were not quiet.</summary>
    public required IReadOnlySet<string> LoudTags { get; init; }

    /// <summary>How many choices were not the quiet one.</summary>
    public int LoudChoices => Trace.Count(choice => choice != 0);

    /// <summary>The same run, its choices given one by one.</summary>
    public Candidate Traced => Candidate with { Trace = Trace, QuietTags = Candidate.QuietTags.Clear() };
}
