using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Runs;

/// <summary>What a run keeps for its reader, and when it is given up.</summary>
public sealed record RunSettings
{
    /// <summary>Where the run tells what happens; null in bulk.</summary>
    public EventLog? Log { get; init; }

    /// <summary>Where every choice is recorded; null in bulk.</summary>
    public IList<int>? Trace { get; init; }

    /// <summary>Steps after which a run is stopped as one that does not end.</summary>
    public long EventsMax { get; init; } = 20_000_000;

    /// <summary>Called after every step; for tests and guided exploration.</summary>
    public Action<World>? AfterStep { get; init; }
}
