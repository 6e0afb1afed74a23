namespace Deterministic.Simulator.Worlds;

/// <summary>
/// A node's clocks over the world's one: the monotonic clock runs at its own rate, the wall clock besides is off and can be
/// set. Counts in microseconds. Owned by its node; survives the node's processes.
/// </summary>
public sealed class SimClock : TimeProvider
{
    private const long Million = 1_000_000;
    private const long BootUs = 60 * Million;
    private static readonly DateTimeOffset s_epoch = DateTimeOffset.FromUnixTimeMilliseconds(1_795_420_000_000);

    private readonly World _world;
    private long _anchorWorldUs;
    private long _anchorLocalUs = BootUs;
    private long _wallOffsetUs;

    /// <summary>Clocks that agree with the world's.</summary>
    public SimClock(World world)
    {
        _world = world;
        _anchorWorldUs = world.NowUs;
        _anchorLocalUs += world.NowUs;
    }

    /// <summary>How much faster than the world the clocks run, in parts per million; negative is slower.</summary>
    public int DriftPpm { get; private set; }

    /// <inheritdoc/>
    public override long TimestampFrequency => Million;

    /// <inheritdoc/>
    public override long GetTimestamp() =>
        _anchorLocalUs + (DriftPpm == 0
            ? _world.NowUs - _anchorWorldUs
            : (long)((Int128)(_world.NowUs - _anchorWorldUs) * (Million + DriftPpm) / Million));

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => s_epoch.AddMicroseconds(GetTimestamp() + _wallOffsetUs);

    /// <summary>The wall clock is set: forward, or back when negative. The monotonic clock does not notice.</summary>
    public void StepWallClock(long microseconds) => _wallOffsetUs += microseconds;

    /// <summary>From now on the clocks run faster or slower than the world.</summary>
    public void SetDrift(int partsPerMillion)
    {
        _anchorLocalUs = GetTimestamp();
        _anchorWorldUs = _world.NowUs;
        DriftPpm = partsPerMillion;
    }

    /// <summary>The first world time at which the node's monotonic clock shows that many milliseconds.</summary>
    internal long WorldTimeOfUs(long monotonicMs)
    {
        var localUs = (Int128)monotonicMs * 1000 - _anchorLocalUs;
        var rate = Million + DriftPpm;
        var worldUs = (localUs * Million + rate - 1) / rate;
        return localUs <= 0 ? _anchorWorldUs : _anchorWorldUs + (long)worldUs;
    }
}
