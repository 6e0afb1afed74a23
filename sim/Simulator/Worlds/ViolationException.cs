namespace Deterministic.Simulator.Worlds;

/// <summary>The run showed something that must never be: it ends here, as failed.</summary>
public sealed class ViolationException(string invariant, string message) : Exception(message)
{
    /// <summary>The name of what was violated, such as <c>high-watermark-monotonic</c>.</summary>
    public string Invariant { get; } = invariant;
}
