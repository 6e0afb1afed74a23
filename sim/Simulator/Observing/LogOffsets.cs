using Deterministic.Storage;

namespace Deterministic.Simulator.Observing;

/// <summary>Where the marks of a log stood at one moment.</summary>
internal readonly record struct LogOffsets(
    long Start, long Stable, long HighWatermark, long Recovery, long Durable, long Written, long End, int LatestEpoch)
{
    internal static LogOffsets Of(PartitionLog log) => new(
        log.LogStartOffset,
        log.LastStableOffset,
        log.HighWatermark,
        log.RecoveryPoint,
        log.DurableEndOffset,
        log.WrittenEndOffset,
        log.LogEndOffset,
        log.LatestLeaderEpoch);

    /// <inheritdoc/>
    public override string ToString() =>
        $"log start {Start}, last stable offset {Stable}, high watermark {HighWatermark}, recovery point {Recovery}, durable end {Durable}, "
        + $"written end {Written}, log end {End}";
}
