using Deterministic.Checking.Facts;

namespace Deterministic.Checking.Anomalies;

/// <summary>
/// The committed offset of one group in one log, as a register: what was written and what was read, with the span of indices
/// in which each took effect. Lives for one detection.
/// </summary>
internal sealed class OffsetRegister
{
    /// <summary>Commits that did or may have taken effect.</summary>
    public List<OffsetCommit> Commits { get; } = [];

    /// <summary>Offsets that only failed commits tried to write, with one such op.</summary>
    public Dictionary<long, int> Failed { get; } = [];

    /// <summary>Ok fetches.</summary>
    public List<OffsetFetch> Fetches { get; } = [];
}

/// <summary>A commit of an offset; <paramref name="End"/> is without end while it is indeterminate.</summary>
internal readonly record struct OffsetCommit(OpFacts Op, long Offset, int Begin, int End);

/// <summary>A fetch of the committed offset; null: there was none. A stable one waits for open transactions.</summary>
internal readonly record struct OffsetFetch(OpFacts Op, long? Offset, int Begin, int End, bool Stable);
