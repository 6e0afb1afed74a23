namespace Deterministic.Tests.Shared;

/// <summary>A clock that moves when a test says so. Wall clock and monotonic clock may move apart, as they do when an operator sets the time.</summary>
public sealed class ManualClock : TimeProvider
{
    private DateTimeOffset _utcNow = DateTimeOffset.FromUnixTimeMilliseconds(1_795_420_000_000);
    private long _timestamp = 1_000_000;

    /// <inheritdoc/>
    public override long TimestampFrequency => 1000;

    /// <summary>Milliseconds since the Unix epoch.</summary>
    public long WallClockMs => _utcNow.ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _utcNow;

    /// <inheritdoc/>
    public override long GetTimestamp() => _timestamp;

    /// <summary>Both clocks move on.</summary>
    public void Advance(long milliseconds)
    {
        _timestamp += milliseconds;
        _utcNow = _utcNow.AddMilliseconds(milliseconds);
    }

    /// <summary>Only the wall clock moves; negative steps it back.</summary>
    public void StepWallClock(long milliseconds) => _utcNow = _utcNow.AddMilliseconds(milliseconds);
}
