using System.Collections.Immutable;
using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Scenarios;

namespace Deterministic.Runner.Shrinking;

/// <summary>Something that may fail: a scenario, and where its choices come from. Immutable.</summary>
internal sealed record Candidate
{
    /// <summary>What is run.</summary>
    public required Scenario Scenario { get; init; }

    /// <summary>The seed of its choices, unless there is a <see cref="Trace"/>.</summary>
    public ulong ChoiceSeed { get; init; }

    /// <summary>The tags for which the quiet choice is made.</summary>
    public ImmutableSortedSet<string> QuietTags { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Its choices, one by one; behind them all are quiet.</summary>
    public IReadOnlyList<int>? Trace { get; init; }

    /// <summary>A chooser for one run.</summary>
    public QuietChooser MakeChooser() =>
        new(Trace is null ? ScenarioGenerator.ChooserOf(ChoiceSeed) : new TraceChooser(Trace), QuietTags);
}
