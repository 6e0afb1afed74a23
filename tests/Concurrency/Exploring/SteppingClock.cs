namespace Deterministic.Concurrency.Tests.Exploring;

/// <summary>Time passes whenever somebody looks, so that a spin ends after a few looks.</summary>
internal sealed class SteppingClock : TimeProvider
{
    private const int MicrosecondsPerLook = 15;

    private long _microseconds;

    public override long TimestampFrequency => 1_000_000;

    public override long GetTimestamp() => _microseconds += MicrosecondsPerLook;
}
