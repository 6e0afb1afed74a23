namespace Deterministic.Simulator.Runs;

/// <summary>
/// What a thread of a simulated broker takes: every look at it is a while after the one before, so that requests take time
/// although the world's stands still within a step. Owned by its broker's process.
/// </summary>
internal sealed class ThreadClock : TimeProvider
{
    private const long UsPerLook = 150;

    private long _us;

    /// <inheritdoc/>
    public override long TimestampFrequency => 1_000_000;

    /// <inheritdoc/>
    public override long GetTimestamp() => _us += UsPerLook;
}
